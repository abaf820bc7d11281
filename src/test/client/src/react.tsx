import {StrictMode, useState} from 'react';
import {createRoot} from 'react-dom/client';
import {bus} from './bus';
import {useBusState, useChannel} from './useChannel';

function Page() {
  const [address, listenTo] = useState('public.first');
  const news = useChannel<string>(address);
  return (
    <>
      <p id="state">{useBusState()}</p>
      <p id="news">{news ?? 'none yet'}</p>
      <button id="say" onClick={() => bus.publish(address, `said on ${address}`)}>say</button>
      <button id="other" onClick={() => listenTo('public.second')}>other</button>
    </>
  );
}

createRoot(document.querySelector('#page')!).render(
  <StrictMode>
    <Page />
  </StrictMode>,
);
