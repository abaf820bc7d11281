/** Makes an element. A child that is a string stays text, so that foreign text never becomes markup. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** Returns the element with this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** Calls `act` with the text of a field when its form is sent, and clears the field. Blank text is not sent. */
export function onText(form, field, act) {
  form.addEventListener('submit', event => {
    event.preventDefault();
    const text = field.value;
    if (text.trim() === '') return;
    act(text);
    field.value = '';
  });
}

const scripts = new Map(); // address -> promise

/** Loads a script that is no module. It is loaded only once. @returns {Promise<void>} */
export function loadScript(src) {
  if (!scripts.has(src)) {
    const loaded = new Promise((resolve, reject) => {
      const script = element('script', {src});
      script.addEventListener('load', () => resolve());
      script.addEventListener('error', () => {
        scripts.delete(src); // The next call tries again.
        script.remove();
        reject(new Error(`${src.split('/').at(-1)} did not come`));
      });
      document.head.append(script);
    });
    scripts.set(src, loaded);
  }
  return scripts.get(src);
}
