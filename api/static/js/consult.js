// Turns on what the components of govuk-frontend add in a browser that runs scripts: above all, dropping files.
import { initAll } from "../vendor/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
// The button for files has a hidden comma in its midst, so that its name is not what one sees and says to it by voice.
for (const comma of document.querySelectorAll(".govuk-file-upload-button > .govuk-visually-hidden")) {
  comma.before(" ");
  comma.textContent = " ";
}

// A page that waits for the reading of files looks again by itself.
const waiting = document.querySelector("[data-fresh]");
if (waiting) {
  setTimeout(() => location.reload(), 1000 * Number(waiting.dataset.fresh));
}
