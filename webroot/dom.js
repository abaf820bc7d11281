/** Makes an element. Children that are text stay text: nothing that others wrote becomes markup. */
export function element(name, properties = {}, ...children) {
  const made = Object.assign(document.createElement(name), properties);
  made.append(...children);
  return made;
}

/** The element with this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** Calls `act` with the text of a field when its form is sent, and empties the field. Blank text stays. */
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

/** Loads a script that is no module, once, however often it is asked for. @returns {Promise<void>} */
export function loadScript(src) {
  if (!scripts.has(src)) {
    const loaded = new Promise((resolve, reject) => {
      const script = element('script', {src});
      script.addEventListener('load', () => resolve());
      script.addEventListener('error', () => {
        scripts.delete(src); // the next one tries again
        script.remove();
        reject(new Error(`${src.split('/').at(-1)} did not come`));
      });
      document.head.append(script);
    });
    scripts.set(src, loaded);
  }
  return scripts.get(src);
}
