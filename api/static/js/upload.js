// Shows how far an upload has come. The form is sent as a browser would send it, and what comes back is shown likewise:
// without this script it works all the same.
import { initAll } from "../vendor/govuk-frontend.min.js";

const number = new Intl.NumberFormat("en-GB", { maximumFractionDigits: 1 });

function size(bytes) {
  for (const [unit, of] of [["GB", 1e9], ["MB", 1e6], ["kB", 1e3]]) {
    if (bytes >= of) return `${number.format(bytes / of)} ${unit}`;
  }
  return `${bytes} bytes`;
}

function left(seconds) {
  if (seconds < 10) return "a few seconds left";
  if (seconds < 50) return `about ${10 * Math.round(seconds / 10)} seconds left`;
  const minutes = Math.max(1, Math.round(seconds / 60));
  return `about ${minutes} minute${minutes === 1 ? "" : "s"} left`;
}

function element(tag, attributes, text = "") {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) made.setAttribute(name, value);
  made.textContent = text;
  return made;
}

// What is seen while the form is under way, and what stands there when it came to nothing.
class Progress {
  constructor(form) {
    this.form = form;
    this.button = form.querySelector("button[type=submit]:not([name])");
    this.begun = Date.now();
    this.told = 0;
    this.root = element("div", { class: "consult-progress", "data-upload": "", role: "group", "aria-label": "Upload" });
    this.words = element("p", { class: "govuk-body" }, "Uploading…");
    this.bar = element("progress", { max: "1", value: "0", "aria-label": "How much was uploaded" });
    this.live = element("p", { class: "govuk-visually-hidden", role: "status" });
    this.stop = element(
      "button", { type: "button", class: "govuk-button govuk-button--secondary consult-small" }, "Stop the upload"
    );
    this.root.append(this.words, this.bar, this.live, this.stop);
    form.querySelectorAll("[data-upload]").forEach((old) => old.remove());
    form.append(this.root);
    this.button.disabled = true;
    this.stop.focus();
  }

  show(done, all) {
    this.bar.max = all;
    this.bar.value = done;
    const percent = Math.floor((100 * done) / all);
    if (done >= all) {
      this.words.textContent = "All is sent. Keeping the files…";
    } else {
      const seconds = (Date.now() - this.begun) / 1000;
      const guess = seconds > 2 ? `; ${left((seconds * (all - done)) / done)}` : "";
      this.words.textContent = `${size(done)} of ${size(all)} uploaded (${percent}%)${guess}`;
    }
    // Readers of the page by ear hear of it now and then.
    if (done >= all || Date.now() - this.told > 10000) {
      this.told = Date.now();
      this.live.textContent = done >= all ? "All is sent" : `${percent}% uploaded`;
    }
  }

  end(heading, text) {
    this.button.disabled = false;
    const box = element("div", { class: "govuk-error-summary", tabindex: "-1", role: "alert", "data-upload": "" });
    const body = element("div", { class: "govuk-error-summary__body" });
    body.append(element("p", {}, text));
    box.append(element("h2", { class: "govuk-error-summary__title" }, heading), body);
    this.root.replaceWith(box);
    box.focus();
  }
}

// A page that was answered in place of going on: the form again, with what is wrong with it.
function replace(text) {
  const page = new DOMParser().parseFromString(text, "text/html");
  const main = page.querySelector("main");
  if (!main) return false;
  document.title = page.title;
  document.querySelector("main").replaceWith(main);
  document.body.classList.add("js-enabled", "govuk-frontend-supported");
  initAll(main);
  main.querySelectorAll("form[enctype='multipart/form-data']").forEach(watch);
  const summary = main.querySelector(".govuk-error-summary");
  (summary || main).scrollIntoView();
  return true;
}

function send(form, most) {
  const progress = new Progress(form);
  const files = [...form.querySelectorAll("input[type=file]")].flatMap((field) => [...field.files]);
  const total = files.reduce((sum, file) => sum + file.size, 0);
  if (most && files.some((file) => file.size > most)) {
    progress.end("There is a problem", `A file is larger than ${size(most)}, which is the most that can be uploaded.`);
    return;
  }
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "text/html");
  request.setRequestHeader("X-Upload-Progress", "1");
  request.upload.addEventListener("progress", (event) => {
    if (event.lengthComputable && event.total) progress.show(event.loaded, event.total);
  });
  request.addEventListener("load", () => {
    const onwards = request.getResponseHeader("Location");
    if (request.status === 201 && onwards) {
      location.assign(onwards);
    } else if (!replace(request.responseText)) {
      progress.end("There is a problem", "The service did not take the files. Try again.");
    }
  });
  request.addEventListener("error", () => {
    progress.end("The upload was cut off", "The connection was lost, and nothing was kept. Try again.");
  });
  request.addEventListener("abort", () => progress.end("The upload was stopped", "Nothing was kept."));
  progress.stop.addEventListener("click", () => request.abort());
  progress.show(0, Math.max(1, total));
  request.send(new FormData(form));
}

function watch(form) {
  form.addEventListener("submit", (event) => {
    const chosen = [...form.querySelectorAll("input[type=file]")].some((field) => field.files.length);
    // A form without a file is small, and goes as it would without us.
    if (!chosen) return;
    event.preventDefault();
    if (!form.querySelector("progress")) send(form, Number(form.dataset.most));
  });
}

document.querySelectorAll("form[enctype='multipart/form-data']").forEach(watch);
// Who comes back by the browser's own button finds the form as it was.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
