import type { Draw } from '../company/draw.ts';
import { PROPERTIES, type Property } from './properties.ts';

export type Tenant = {
  readonly name: string;
  readonly property: Property;
  readonly unit: string;
  /** Cents a month. */
  readonly rent: bigint;
  /** Pays on this business day of the month. */
  readonly payDay: number;
  /** Pays through the property's collection batch instead of by a line of its own. */
  readonly batch: boolean;
};

const FIRST = [
  'Ana',
  'Ben',
  'Carla',
  'Dmitri',
  'Elena',
  'Farid',
  'Grace',
  'Hugo',
  'Imani',
  'Jonas',
  'Keiko',
  'Luis',
].concat(['Maeve', 'Nadia', 'Omar', 'Priya', 'Quinn', 'Rosa', 'Sven', 'Thuy', 'Uma', 'Victor', 'Wen', 'Yusuf']);
const LAST = ['Abbott', 'Baptiste', 'Chen', 'Delgado', 'Eriksen', 'Fontaine', 'Garcia', 'Hassan', 'Ito', 'Jansen']
  .concat(['Kaur', 'Lindqvist', 'Morales', 'Nguyen', 'Okafor', 'Petrov', 'Quispe', 'Rossi', 'Silva', 'Tremblay'])
  .concat(['Umarov', 'Vasquez', 'Walsh', 'Yamada', 'Zielinski']);

/** A person's name. */
export function personName(draw: Draw): string {
  return `${draw.pick(FIRST)} ${draw.pick(LAST)}`;
}

/** The tenants of every unit that is let. */
export function createTenants(draw: Draw): Tenant[] {
  return PROPERTIES.flatMap((property) =>
    Array.from({ length: property.units }, (_, index) => index)
      .filter(() => draw.chance(0.94))
      .map((index) => {
        const home = property.kind === 'residential';
        return {
          name: personName(draw),
          property,
          unit: home
            ? `${Math.floor(index / 8) + 1}${'ABCDEFGH'[index % 8]}`
            : `U${String(index + 1).padStart(3, '0')}`,
          rent: home ? draw.cents(115_000, 310_000) : draw.cents(5_900, 28_900),
          payDay: home && draw.chance(0.5) ? draw.int(1, 3) : draw.int(1, 20),
          batch: home && draw.chance(0.3),
        };
      }),
  );
}
