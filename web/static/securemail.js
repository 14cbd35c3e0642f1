"use strict";
// Small comforts; every page works without them.

// A form is sent once, however often its button is clicked; coming back to the page frees it.
for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
    }
    form.dataset.sent = "yes";
  });
}
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) {
    delete form.dataset.sent;
  }
});

// "Show password".
for (const box of document.querySelectorAll("[data-shows]")) {
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
const compose = document.querySelector("form.compose");
if (compose) {
  const to = compose.querySelector("#to");
  const state = compose.querySelector("#to-state");
  const roleField = compose.querySelector("#role-field");
  const role = compose.querySelector("#role");
  compose.querySelector("[data-without-script]").hidden = true;
  let asked = to.value.trim();

  const show = (answer) => {
    state.textContent = answer.text || "One e-mail address.";
    roleField.hidden = answer.state !== "unknown";
    if (roleField.hidden) {
      role.value = "";
    }
  };

  const ask = async () => {
    const address = to.value.trim();
    if (address === asked) {
      return;
    }
    asked = address;
    const answer = await fetch(compose.dataset.recipientUrl, {
      method: "POST",
      body: new URLSearchParams({ to: address, csrf_token: compose.elements.csrf_token.value }),
    });
    if (answer.ok && to.value.trim() === address) {
      show(await answer.json());
    } else if (!answer.ok) {
      asked = null;
    }
  };

  to.addEventListener("blur", ask);
  to.addEventListener("change", ask);
}
