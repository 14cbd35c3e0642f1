"use strict";
// Files go to the server while the message is written, by the tus protocol (version 1.0.0): each has
// a progress bar, goes on after a broken connection, and can be removed. Without this script the
// plain form brings them.

const SLICE = 16 * 1024 * 1024; // bytes a request
const PAUSES = [1000, 2000, 4000, 8000, 15000, 30000]; // milliseconds between tries
const TUS = { "Tus-Resumable": "1.0.0" };

const inBase64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
const inWords = (count) => {
  const steps = ["bytes", "KB", "MB", "GB"];
  const step = count < 1 ? 0 : Math.min(Math.floor(Math.log(count) / Math.log(1024)), 3);
  return `${Number((count / 1024 ** step).toPrecision(3))} ${steps[step]}`;
};
const pause = (time) => new Promise((done) => setTimeout(done, time));

// What the server refuses, in its own words; trying again would not help.
class Refused extends Error {}

// The server leads to the page for signing in: nothing of this page reaches it any more.
class SignedOut extends Error {}

const SIGNED_OUT = "You are not signed in any more, so nothing can be sent from this page.";

async function asked(url, options) {
  const answer = await fetch(url, options);
  if (answer.redirected) {
    throw new SignedOut(SIGNED_OUT);
  }
  return answer;
}

// What one form does with its files.
class FormFiles {
  constructor(place) {
    this.place = place;
    this.form = place.closest("form");
    this.list = place.querySelector(".chosen");
    this.state = place.querySelector("[data-files-state]");
    this.problem = place.querySelector("#files-error");
    this.waiting = [];
    this.current = null;
    const input = place.querySelector("input[type=file]");
    const add = place.querySelector("[data-without-script]");
    add.hidden = true;
    add.disabled = true;
    input.addEventListener("change", () => {
      this.add(input.files);
      input.value = ""; // or the form would bring them once more
    });
    place.addEventListener("dragover", (event) => event.preventDefault());
    place.addEventListener("drop", (event) => {
      event.preventDefault();
      this.add(event.dataTransfer.files);
    });
    this.list.addEventListener("click", (event) => this.clicked(event));
    this.form.addEventListener("submit", (event) => this.submitted(event), { capture: true });
    window.addEventListener("beforeunload", (event) => {
      if (this.isBusy()) {
        event.preventDefault();
      }
    });
  }

  isBusy() {
    return this.current !== null || this.waiting.length > 0;
  }

  headers(more) {
    return { ...TUS, "X-CSRFToken": this.form.elements.csrf_token.value, ...more };
  }

  say(text) {
    this.state.textContent = text;
  }

  complain(text) {
    this.problem.textContent = text;
    this.problem.setAttribute("role", "alert");
  }

  // Nothing is sent before all is there.
  submitted(event) {
    const sends = !event.submitter || !["remove", "check"].includes(event.submitter.name);
    if (sends && this.isBusy()) {
      event.preventDefault();
      event.stopImmediatePropagation();
      this.complain("Please wait until all files have arrived, or remove them.");
    }
  }

  add(files) {
    this.complain("");
    for (const file of files) {
      this.waiting.push(new ArrivingFile(this, file));
    }
    this.work();
  }

  // One after the other.
  async work() {
    if (this.current !== null) {
      return;
    }
    while (this.waiting.length > 0) {
      this.current = this.waiting.shift();
      await this.current.arrive();
    }
    this.current = null;
  }

  // "Remove" of a file that is there already.
  async clicked(event) {
    const button = event.target.closest("button[name=remove]");
    if (button === null) {
      return;
    }
    event.preventDefault();
    const url = `${this.place.dataset.uploadsUrl}/${button.value}`;
    try {
      const answer = await asked(url, { method: "DELETE", headers: this.headers() });
      if (answer.ok || answer.status === 404) {
        this.say("Removed.");
        button.closest("li").remove();
        this.place.querySelector("input[type=file]").focus();
      } else {
        this.complain("The file could not be removed. Please try again.");
      }
    } catch (problem) {
      const words = "The file could not be removed. Please try again.";
      this.complain(problem instanceof SignedOut ? problem.message : words);
    }
  }
}

// One file on its way, and its line in the list.
class ArrivingFile {
  constructor(files, file) {
    this.files = files;
    this.file = file;
    this.url = null;
    this.isRemoved = false;
    this.request = null;
    this.line = document.createElement("li");
    this.name = document.createElement("span");
    this.name.className = "name";
    this.name.textContent = file.name;
    this.bar = document.createElement("progress");
    this.bar.max = file.size || 1;
    this.bar.value = 0;
    this.bar.setAttribute("aria-label", `${file.name} is on its way`);
    this.note = document.createElement("span");
    this.note.className = "muted small";
    this.note.textContent = `${inWords(file.size)} · waiting`;
    this.button = document.createElement("button");
    this.button.type = "button";
    this.button.className = "btn btn-outline-primary btn-sm";
    this.button.textContent = "Remove";
    this.button.setAttribute("aria-label", `Remove ${file.name}`);
    this.button.addEventListener("click", () => this.remove());
    this.line.append(this.name, this.bar, this.note, this.button);
    files.list.append(this.line);
  }

  // Where an upload of this very file went before; no name is kept in the browser.
  get memory() {
    return `upload ${this.files.form.elements.form_id.value} ${this.file.size} ${this.file.lastModified}`;
  }

  async arrive() {
    try {
      if (this.isRemoved) {
        return;
      }
      if (this.file.size > Number(this.files.place.dataset.mostBytes)) {
        throw new Refused("This file is too large.");
      }
      await this.persistently();
    } catch (problem) {
      if (!this.isRemoved) {
        this.failed(problem);
      }
    }
  }

  async persistently() {
    for (let round = 0; ; ) {
      try {
        const offset = await this.offset();
        if (offset >= this.file.size) {
          this.done();
          return;
        }
        await this.send(offset);
        round = 0;
      } catch (problem) {
        const isFinal = problem instanceof Refused || problem instanceof SignedOut;
        if (isFinal || this.isRemoved || round >= PAUSES.length) {
          throw problem;
        }
        this.note.textContent = "the connection broke; going on in a moment";
        await pause(PAUSES[round]);
        round += 1;
      }
    }
  }

  // Where to go on; a new slot if there is none.
  async offset() {
    this.url ??= sessionStorage.getItem(this.memory);
    if (this.url !== null) {
      const answer = await asked(this.url, { method: "HEAD", headers: this.files.headers() });
      if (answer.ok) {
        return Number(answer.headers.get("Upload-Offset"));
      }
      if (answer.status !== 404) {
        throw new Error();
      }
    }
    const form = this.files.form.elements.form_id.value;
    const answer = await asked(this.files.place.dataset.uploadsUrl, {
      method: "POST",
      headers: this.files.headers({
        "Upload-Length": String(this.file.size),
        "Upload-Metadata": `filename ${inBase64(this.file.name)},form ${inBase64(form)}`,
      }),
    });
    await refusedOr(answer.status, () => answer.text());
    this.url = new URL(answer.headers.get("Location"), window.location.href).pathname;
    sessionStorage.setItem(this.memory, this.url);
    return 0;
  }

  send(offset) {
    const request = new XMLHttpRequest();
    this.request = request;
    request.open("PATCH", this.url);
    const told = {
      "Content-Type": "application/offset+octet-stream",
      "Upload-Offset": String(offset),
    };
    for (const [name, value] of Object.entries(this.files.headers(told))) {
      request.setRequestHeader(name, value);
    }
    request.upload.addEventListener("progress", (event) => this.show(offset + event.loaded));
    return new Promise((done, failed) => {
      request.addEventListener("load", () => {
        if (new URL(request.responseURL).pathname !== this.url) {
          failed(new SignedOut(SIGNED_OUT));
          return;
        }
        refusedOr(request.status, () => request.responseText).then(done, failed);
      });
      request.addEventListener("error", () => failed(new Error()));
      request.addEventListener("abort", () => failed(new Error()));
      request.send(this.file.slice(offset, offset + SLICE));
    });
  }

  show(arrived) {
    this.bar.value = Math.min(arrived, this.file.size);
    const percent = Math.floor((100 * this.bar.value) / this.bar.max);
    this.note.textContent = percent < 100 ? `${percent} %` : "being looked at";
  }

  // From now on it is removed as those are that the page was made with.
  done() {
    sessionStorage.removeItem(this.memory);
    this.bar.remove();
    this.note.textContent = `${inWords(this.file.size)} · arrived`;
    const button = this.button.cloneNode(true);
    button.name = "remove";
    button.value = this.url.split("/").pop();
    this.button.replaceWith(button);
    this.files.say(`${this.file.name} has arrived.`);
  }

  // What was refused is forgotten; what only broke off goes on when the same file is added again.
  failed(problem) {
    this.bar.remove();
    this.note.className = "problem";
    this.note.textContent = "The connection is gone. Add the same file again to go on.";
    if (problem instanceof SignedOut) {
      this.note.textContent = problem.message;
    }
    if (problem instanceof Refused) {
      this.note.textContent = problem.message;
      sessionStorage.removeItem(this.memory);
      this.forget();
    }
    this.files.say(`${this.file.name}: ${this.note.textContent}`);
  }

  remove() {
    this.isRemoved = true;
    this.request?.abort();
    this.files.waiting = this.files.waiting.filter((one) => one !== this);
    sessionStorage.removeItem(this.memory);
    this.line.remove();
    this.files.say("Removed.");
    this.forget();
  }

  // Let the server forget a slot that will not be filled; if this does not reach it, time does.
  forget() {
    if (this.url !== null) {
      fetch(this.url, { method: "DELETE", headers: this.files.headers() }).catch(() => {});
    }
  }
}

// Raise what the server refuses for good, and what may work in a moment; 404 means anew.
async function refusedOr(status, text) {
  if (status >= 200 && status < 300) {
    return;
  }
  if ([404, 409, 423, 460].includes(status) || status >= 500) {
    if (status !== 507) {
      throw new Error();
    }
  }
  const words = await text();
  throw new Refused(words.length < 300 && !words.includes("<") ? words : "This file was refused.");
}

for (const place of document.querySelectorAll("[data-files]")) {
  new FormFiles(place);
}
