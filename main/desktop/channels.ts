/** One channel for calls, one for events. The preload holds the same two names. */
export const CALL_CHANNEL = 'daybook:call';
export const EVENT_CHANNEL = 'daybook:event';
