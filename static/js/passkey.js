// Asks the browser for a passkey, or to make one, and sends what it answers with the form.
(() => {
  "use strict";
  const form = document.querySelector("form[data-passkey]");
  if (!form) return;
  const button = form.querySelector("button");
  const failure = document.getElementById("passkey-failed");
  const question = JSON.parse(form.dataset.question).publicKey;

  const bytes = (text) =>
    Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) =>
    btoa(String.fromCharCode(...new Uint8Array(buffer)))
      .replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const known = (list) => (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));

  function making() {
    const { user, excludeCredentials, challenge } = question;
    return navigator.credentials.create({ publicKey: {
      ...question,
      challenge: bytes(challenge),
      user: { ...user, id: bytes(user.id) },
      excludeCredentials: known(excludeCredentials),
    } });
  }

  function showing() {
    const { allowCredentials, challenge } = question;
    return navigator.credentials.get({ publicKey: {
      ...question, challenge: bytes(challenge), allowCredentials: known(allowCredentials),
    } });
  }

  function written(credential) {
    const response = {};
    for (const part of
      ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (credential.response[part]) response[part] = text(credential.response[part]);
    }
    if (credential.response.getTransports) {
      response.transports = credential.response.getTransports();
    }
    return JSON.stringify({
      id: credential.id,
      rawId: text(credential.rawId),
      type: credential.type,
      authenticatorAttachment: credential.authenticatorAttachment,
      clientExtensionResults: credential.getClientExtensionResults(),
      response,
    });
  }

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failure.hidden = true;
    button.setAttribute("aria-disabled", "true");
    try {
      const credential = await (form.dataset.passkey === "new" ? making() : showing());
      form.elements.credential.value = written(credential);
      form.submit();
    } catch {
      failure.hidden = false;
      failure.focus();
      button.removeAttribute("aria-disabled");
    }
  });

  if (window.PublicKeyCredential) {
    for (const part of document.querySelectorAll("[data-with-passkeys]")) part.hidden = false;
    for (const part of document.querySelectorAll("[data-without-passkeys]")) part.hidden = true;
  }
})();
