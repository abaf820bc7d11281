/** What a page and its worker hear from the feature `echo`, as text of the page. */

import {bus} from './bus';

export function show(worker: Worker): void {
  const say = (id: string, text: string) => (document.querySelector(id)!.textContent = text);
  worker.onmessage = ({data}) => say('#worker', data);
  worker.onerror = ({message}) => say('#worker', message);
  bus.request<string>('echo', 'the page').then(
    ({body}) => say('#here', body),
    (error: Error) => say('#here', error.message),
  );
}
