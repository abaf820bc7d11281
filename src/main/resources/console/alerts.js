/** The alerts of this node. The node decides them, and the page only shows them. */

import {AlertList} from './alert-list.js';
import {emptyState} from './parts.js';

export function show(root, {onFeed}) {
  const alerts = new AlertList();
  const well = emptyState(
    'All is well.',
    'The node looks at itself every ten seconds, and at once while this page is open. What is wrong stands here, with what to do about it.',
    'Prometheus has the same as busbar_alerts.',
  );
  well.hidden = true;
  root.append(alerts.element, well);
  onFeed(feed => {
    alerts.show(feed.alerts);
    well.hidden = feed.alerts.length > 0;
  });
}
