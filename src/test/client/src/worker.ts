import {connect} from 'busbar-client';

const bus = connect('/eventbus');
bus.request<string>('echo', 'the worker').then(
  ({body}) => postMessage(body),
  (error: Error) => postMessage(error.message),
);
