import {chatPage} from './chat-page.js';

chatPage('pusher');
