import {show} from './show';

show(new Worker(new URL('./worker.ts', import.meta.url), {type: 'module'}));
