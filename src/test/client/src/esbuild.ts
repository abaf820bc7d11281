import {show} from './show';

show(new Worker('/worker.js'));
