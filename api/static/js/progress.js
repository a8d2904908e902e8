// Follows a job by server-sent events. Every change of state or stage is the server's to draw: the page is loaded again.
const root = document.querySelector("[data-job]");

function follow() {
  const bar = document.getElementById("progress");
  const count = document.getElementById("progress-count");
  const live = document.getElementById("progress-live");
  const number = new Intl.NumberFormat("en-GB");
  const source = new EventSource(root.dataset.events);
  let begun = null;
  let said = 0;

  function again() {
    source.close();
    location.reload();
  }

  function left(done, total) {
    if (begun === null || done <= begun.done || done >= total) return "";
    const seconds = ((Date.now() - begun.at) / 1000) * ((total - done) / (done - begun.done));
    if (seconds < 10) return "; a few seconds left in this stage";
    if (seconds < 50) return `; about ${10 * Math.round(seconds / 10)} seconds left in this stage`;
    const minutes = Math.max(1, Math.round(seconds / 60));
    return `; about ${minutes} minute${minutes === 1 ? "" : "s"} left in this stage`;
  }

  source.addEventListener("progress", (event) => {
    const data = JSON.parse(event.data);
    if ((data.stage || "") !== root.dataset.stage || (data.question_id || "") !== root.dataset.question) {
      again();
      return;
    }
    if (!bar || !data.total) return;
    if (begun === null) begun = { at: Date.now(), done: data.done };
    bar.max = data.total;
    bar.value = data.done;
    count.textContent = `${number.format(data.done)} of ${number.format(data.total)}${left(data.done, data.total)}`;
    // Readers of the page by ear hear of it now and then, not twice a second.
    if (Date.now() - said > 20000) {
      said = Date.now();
      live.textContent = `${Math.round((100 * data.done) / data.total)}% of this stage is done`;
    }
  });
  source.addEventListener("state", (event) => {
    const data = JSON.parse(event.data);
    if (data.state && data.state !== root.dataset.state) again();
  });
  for (const end of ["done", "failed", "cancelled"]) source.addEventListener(end, again);
}

if (root && "EventSource" in window) follow();
