import { callBudgetsOf } from '../call-budgets.ts';
import type { signInCalls } from '../calls/sign-in.ts';
import type { HandlersOf } from '../handler.ts';

export const signInHandlers: HandlersOf<typeof signInCalls> = {
  'connections.startSignIn': async ({ connectionId }, { daybook, actor }) => {
    const page = await daybook.feeds.startSignIn(connectionId, actor);
    return { ...page, returnsByItself: await daybook.webhooks.signIns.expect(connectionId, page) };
  },
  'connections.finishSignIn': ({ connectionId, address }, { daybook, actor, stop }) =>
    daybook.feeds.finishSignIn(connectionId, address, actor, stop),
  'connections.signInState': async ({ connectionId }, { daybook }) => ({
    signIn: await daybook.feeds.signIn(connectionId),
  }),
  'connections.keepSignedIn': (_, { daybook, stop }) => daybook.feeds.keepSignedIn(stop),
  'connections.callBudgets': async (_, { daybook }) => {
    const connections = (await daybook.feeds.listConnections()).filter((one) => one.state !== 'removed');
    const told = await Promise.all(
      connections.map(async ({ id, name }) => ({
        connectionId: id,
        connection: name,
        budgets: await callBudgetsOf(daybook, id),
      })),
    );
    return told.filter(({ budgets }) => budgets.length > 0);
  },
};
