import { z } from 'zod';
import { create } from 'zustand';
import { persist } from 'zustand/middleware';

/** How a person likes to see things. Kept on this computer; never a figure, a text of a bank, or a decision. */
const viewSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']).catch('system'),
  density: z.enum(['comfortable', 'dense']).catch('comfortable'),
  privacy: z.boolean().catch(false),
  panelOpen: z.boolean().catch(false),
  /** Keys that act without Ctrl or Alt (WCAG 2.1.4 asks that they can be switched off). */
  singleKeys: z.boolean().catch(true),
  /** Keys of commands that a person has changed, by command. */
  keys: z.record(z.string(), z.array(z.string())).catch({}),
  /** What screens remember, each under its own name and checked by its own schema. */
  remembered: z.record(z.string(), z.unknown()).catch({}),
  /** Whose that is: the own workspace's or the practice company's; the other's is kept aside meanwhile. */
  inPractice: z.boolean().catch(false),
  aside: z.record(z.string(), z.unknown()).catch({}),
});

export type View = z.infer<typeof viewSchema>;

export const useView = create<View>()(
  persist(() => viewSchema.parse({}), {
    name: 'daybook-view',
    version: 1,
    // A field that was stored in another shape falls back alone.
    merge: (stored) => viewSchema.parse(stored ?? {}),
  }),
);

export const setView = useView.setState;

/**
 * A screen's own view state that survives a restart: filter, sort, columns. What was stored in another shape is
 * dropped. `initial` must be the same object at each render.
 */
export function useRemembered<T>(name: string, schema: z.ZodType<T>, initial: T): [T, (next: T) => void] {
  const stored = useView((view) => view.remembered[name]);
  const parsed = stored === undefined ? undefined : parseOnce(stored, schema);
  return [parsed === undefined ? initial : parsed, (next) => remember(name, next)];
}

function remember(name: string, value: unknown): void {
  setView(({ remembered }) => ({ remembered: { ...remembered, [name]: value } }));
}

/** What one workspace's screens remember (an account, an entity) means nothing in the other. */
export function rememberFor(inPractice: boolean): void {
  setView((view) =>
    view.inPractice === inPractice ? {} : { inPractice, remembered: view.aside, aside: view.remembered },
  );
}

const parsedValues = new WeakMap<object, unknown>();

/** The same object for the same stored object, so that a component that got it does not render anew. */
function parseOnce<T>(stored: unknown, schema: z.ZodType<T>): T | undefined {
  const isObject = typeof stored === 'object' && stored !== null;
  if (isObject && parsedValues.has(stored)) return parsedValues.get(stored) as T | undefined;
  const result = schema.safeParse(stored);
  const value = result.success ? result.data : undefined;
  if (isObject) parsedValues.set(stored, value);
  return value;
}
