/** What may be left out of a story, to find the shortest one that still breaks a promise. */
export type Switches = {
  /** Asked whenever the story comes to something; it is remembered that it came up. */
  isOn(name: string): boolean;
  /** What came up and was on. */
  used(): readonly string[];
};

/** A name as it stands on the command line: `post twice in a hurry` is `post-twice-in-a-hurry`. */
export function slug(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
}

export function createSwitches(without: readonly string[]): Switches {
  const off = new Set(without);
  const used = new Set<string>();
  return {
    isOn: (name) => {
      const key = slug(name);
      if (off.has(key)) return false;
      used.add(key);
      return true;
    },
    used: () => [...used].sort(),
  };
}
