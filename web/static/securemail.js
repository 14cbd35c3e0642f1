"use strict";
// Small comforts; every page works without them.

// Milliseconds after which a form whose answer never came can be sent again.
const FREED_AFTER = 10000;

// Milliseconds after which a watched page looks at the clock again: computers sleep.
const LONGEST_PAUSE = 60000;

// A form is sent once, however often its button is clicked; coming back to the page frees it.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
    }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, FREED_AFTER);
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) {
    delete form.dataset.sent;
  }
});

// "Show password".
for (const box of document.querySelectorAll("[data-shows]")) {
  box.parentElement.hidden = false;
  const field = document.getElementById(box.dataset.shows);
  box.addEventListener("change", () => {
    field.type = box.checked ? "text" : "password";
  });
}

// The account menu closes on Escape and on a click elsewhere.
for (const menu of document.querySelectorAll("details.avatar-menu")) {
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && menu.open) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });
  document.addEventListener("click", (event) => {
    if (!menu.contains(event.target)) {
      menu.open = false;
    }
  });
}

// Leaving "TO:" asks whether the address is known; an unknown one shows the role.
const compose = document.querySelector("form[data-recipient-url]");
if (compose) {
  const to = compose.querySelector("#to");
  const state = compose.querySelector("#to-state");
  const roleField = compose.querySelector("#role-field");
  const role = compose.querySelector("#role");
  const phoneField = compose.querySelector("#phone-field"); // only where the practice asks for it
  const check = compose.querySelector("[data-without-script]");
  check.hidden = true;
  check.disabled = true; // or it would answer to Enter
  let asked = to.defaultValue.trim();

  // What is known of an address; null if nobody can say, and the server will when it is sent.
  const question = async (address) => {
    try {
      const answer = await fetch(compose.dataset.recipientUrl, {
        method: "POST",
        body: new URLSearchParams({ to: address, csrf_token: compose.elements.csrf_token.value }),
      });
      return answer.ok ? await answer.json() : null;
    } catch {
      return null;
    }
  };

  const showPhone = () => {
    if (phoneField) {
      phoneField.hidden = !role.selectedOptions[0].matches("[data-needs-phone]");
    }
  };

  const show = (answer) => {
    state.textContent = answer.text || "One e-mail address.";
    roleField.hidden = answer.state !== "unknown";
    if (roleField.hidden) {
      role.value = "";
    }
    showPhone();
  };

  const ask = async () => {
    const address = to.value.trim();
    if (address === asked) {
      return;
    }
    asked = address;
    const answer = await question(address);
    if (answer === null) {
      asked = null;
    } else if (to.value.trim() === address) {
      show(answer);
    }
  };

  role.addEventListener("change", showPhone);
  to.addEventListener("blur", ask);
  to.addEventListener("change", ask);
}

// A moment is asked for only where one wants to choose it, in the time of this browser.
for (const field of document.querySelectorAll("[data-moment-of]")) {
  const choice = field.closest("form").querySelector(`#${field.dataset.momentOf}`);
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  field.querySelector("[data-zone]").value = zone;
  field.querySelector("[data-zone-name]").textContent = zone;
  field.querySelector(".hint").textContent = "";
  const show = () => {
    field.hidden = choice.value !== "moment";
  };
  choice.addEventListener("change", show);
  show();
}

// Who has chosen no time zone is offered that of this browser; it counts once it is saved.
for (const choice of document.querySelectorAll("[data-own-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...choice.options].some((one) => one.value === zone)) {
    choice.value = zone;
  }
}

// What ends goes from an open page at that moment, for the tombstone behind it, by the server's
// clock. Then the page is shown anew, unless nobody looks or somebody is writing.
const thread = document.querySelector("[data-thread]");
if (thread) {
  const arrivedAt = Date.now();
  const shownAt = Date.parse(thread.dataset.shownAt);
  let isOutdated = false;
  let timer;

  const isWriting = () => {
    const form = document.querySelector("form.reply");
    return form && (form.elements.body.value.trim() || form.querySelector("ul.chosen li"));
  };

  const showAnew = () => location.replace(thread.dataset.thread);

  const end = (one) => {
    const behind = one.nextElementSibling;
    const isReplaced = behind && behind.matches("template");
    one.replaceWith(...(isReplaced ? [behind.content] : []));
    isOutdated = true;
  };

  const watch = () => {
    const now = shownAt + Date.now() - arrivedAt;
    let pause = LONGEST_PAUSE;
    for (const one of thread.querySelectorAll("[data-ends-at]")) {
      const rest = Date.parse(one.dataset.endsAt) - now;
      if (rest <= 0) {
        end(one);
      } else {
        pause = Math.min(pause, rest);
      }
    }
    clearTimeout(timer);
    timer = setTimeout(watch, pause);
    if (isOutdated && !document.hidden && !isWriting()) {
      showAnew();
    }
  };

  document.addEventListener("visibilitychange", watch);
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) {
      thread.replaceChildren(); // before anybody sees what the browser kept
      showAnew();
    }
  });
  watch();
}
