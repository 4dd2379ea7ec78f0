/** Every call's handler. The type makes a missing or surplus one an error of the compiler. */
import type { Handlers } from './handler.ts';
import { activityHandlers } from './handlers/activity.ts';
import { connectionHandlers } from './handlers/connections.ts';
import { exportHandlers } from './handlers/exports.ts';
import { hostHandlers } from './handlers/host.ts';
import { mappingHandlers } from './handlers/mappings.ts';
import { matchHandlers } from './handlers/matches.ts';
import { periodHandlers } from './handlers/periods.ts';
import { postingHandlers } from './handlers/posting.ts';
import { questionHandlers } from './handlers/questions.ts';
import { auditHandlers, reconcileHandlers } from './handlers/reconcile.ts';
import { removeConnectionHandlers } from './handlers/remove-connection.ts';
import { reviewHandlers } from './handlers/review.ts';
import { ruleHandlers } from './handlers/rules.ts';
import { scheduleHandlers } from './handlers/schedule.ts';
import { settingsHandlers } from './handlers/settings.ts';
import { signInHandlers } from './handlers/sign-in.ts';
import { statementFileHandlers } from './handlers/statement-files.ts';
import { todayHandlers } from './handlers/today.ts';
import { webhookHandlers } from './handlers/webhooks.ts';
import { workspaceHandlers } from './handlers/workspace.ts';

export const handlers: Handlers = {
  ...workspaceHandlers,
  ...hostHandlers,
  ...todayHandlers,
  ...connectionHandlers,
  ...signInHandlers,
  ...removeConnectionHandlers,
  ...mappingHandlers,
  ...ruleHandlers,
  ...reviewHandlers,
  ...postingHandlers,
  ...activityHandlers,
  ...questionHandlers,
  ...reconcileHandlers,
  ...periodHandlers,
  ...matchHandlers,
  ...auditHandlers,
  ...exportHandlers,
  ...settingsHandlers,
  ...statementFileHandlers,
  ...scheduleHandlers,
  ...webhookHandlers,
};
