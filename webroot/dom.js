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
