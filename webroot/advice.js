/** Texts that tell people what to do when something does not work. */

/** @param {import('./link.js').Status} status @returns {string} empty if there is nothing to do */
export function adviceFor({state, reason = '', code}) {
  if (state === 'closed' && reason) return `${sentence(reason)} Load the page again to try once more.`;
  if (state !== 'waiting') return '';
  switch (code) {
    case 1001:
      return reason.includes('stopping')
        ? 'The gateway is stopping or starting anew. Nothing to do: this page comes back by itself.'
        : 'The gateway heard nothing of this page for too long. It comes back by itself.';
    case 1002:
    case 1003:
    case 1007:
      return `The gateway did not understand this page (${reason}). Something between the two may change what they say.`;
    case 1008:
    case 1009:
      return `A limit of the gateway was reached: ${reason}. Send less or more slowly; this page comes back by itself.`;
    case 1011:
      return `The gateway cannot do this now: ${reason}. Its log says more.`;
    case 4401:
      return 'Your login is over. Log in again to go on under your name.';
    case 4402:
      return `The gateway ended the connection: ${reason}. This page comes back by itself.`;
    case 4403:
      return 'An operator ended this session.';
    default:
      return 'The gateway does not answer, or has all connections that it takes. If it is yours, see that it runs: java -jar busbar.jar. This page tries again by itself.';
  }
}

/** Explains a refusal of the gateway to the person at the page. @param {{code?: string, failureType?: string, message: string}} error */
export function wordsFor({code, failureType, message}) {
  switch (code ?? failureType) {
    case 'not_logged_in':
      return `${sentence(message)} Log in above, and try again.`;
    case 'access_denied':
    case 'rejected':
      return `${sentence(message)} A rule of the gateway's permissions decides that.`;
    case 'max_handlers_reached':
    case 'max_patterns_reached':
      return `${sentence(message)} Stop listening to something else first.`;
    case 'rate_limit_reached':
      return `${sentence(message)} Wait a moment, then try again.`;
    case 'NO_HANDLERS':
      return `${sentence(message)} Nobody answers there: the feature may not be deployed.`;
    case 'TIMEOUT':
      return `${sentence(message)} The answer took too long; try again.`;
    default:
      return message;
  }
}

function sentence(words) {
  const first = words.charAt(0).toUpperCase() + words.slice(1);
  return /[.!?]$/.test(first) ? first : `${first}.`;
}
