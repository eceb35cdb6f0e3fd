import type { Random } from '../random.ts';

/** Where a customer has its office, and what follows from it for the clock, the money and the tax. */
export type Place = {
  city: string;
  country: string;
  timeZone: string;
  /** Hours east of Greenwich; summer time is left out. */
  utcOffset: number;
  currency: string;
  locale: string;
  /** Percent that is added to an invoice; 0 where the customer accounts for it. */
  taxPercent: number;
};

const PLACES: readonly Place[] = [
  place('Hamburg', 'DE', 'Europe/Berlin', 1, 'EUR', 'de', 19),
  place('Leipzig', 'DE', 'Europe/Berlin', 1, 'EUR', 'de', 19),
  place('Köln', 'DE', 'Europe/Berlin', 1, 'EUR', 'de', 19),
  place('Bremen', 'DE', 'Europe/Berlin', 1, 'EUR', 'de', 19),
  place('Wien', 'AT', 'Europe/Vienna', 1, 'EUR', 'de', 0),
  place('Zürich', 'CH', 'Europe/Zurich', 1, 'CHF', 'de', 0),
  place('Rotterdam', 'NL', 'Europe/Amsterdam', 1, 'EUR', 'nl', 0),
  place('Utrecht', 'NL', 'Europe/Amsterdam', 1, 'EUR', 'nl', 0),
  place('Århus', 'DK', 'Europe/Copenhagen', 1, 'EUR', 'da', 0),
  place('Göteborg', 'SE', 'Europe/Stockholm', 1, 'EUR', 'sv', 0),
  place('Tampere', 'FI', 'Europe/Helsinki', 2, 'EUR', 'fi', 0),
  place('Nantes', 'FR', 'Europe/Paris', 1, 'EUR', 'fr', 0),
  place('Besançon', 'FR', 'Europe/Paris', 1, 'EUR', 'fr', 0),
  place('A Coruña', 'ES', 'Europe/Madrid', 1, 'EUR', 'es', 0),
  place('Porto', 'PT', 'Europe/Lisbon', 0, 'EUR', 'pt', 0),
  place('Gdańsk', 'PL', 'Europe/Warsaw', 1, 'EUR', 'pl', 0),
  place('Brno', 'CZ', 'Europe/Prague', 1, 'EUR', 'cs', 0),
  place('Bristol', 'GB', 'Europe/London', 0, 'GBP', 'en', 20),
  place('Leeds', 'GB', 'Europe/London', 0, 'GBP', 'en', 20),
  place('Glasgow', 'GB', 'Europe/London', 0, 'GBP', 'en', 20),
  place('Galway', 'IE', 'Europe/Dublin', 0, 'EUR', 'en', 0),
  place('Halifax', 'CA', 'America/Halifax', -4, 'USD', 'en', 0),
  place('Portland', 'US', 'America/Los_Angeles', -8, 'USD', 'en', 0),
  place('Duluth', 'US', 'America/Chicago', -6, 'USD', 'en', 0),
  place('Boston', 'US', 'America/New_York', -5, 'USD', 'en', 0),
  place('Wellington', 'NZ', 'Pacific/Auckland', 12, 'USD', 'en', 0),
];

/** Picks a place, the nearer ones more often than those overseas. */
export function pickPlace(random: Random): Place {
  const nearby = random.chance(0.45) ? 8 : PLACES.length;
  return PLACES[random.int(0, nearby - 1)] as Place;
}

function place(
  city: string,
  country: string,
  timeZone: string,
  utcOffset: number,
  currency: string,
  locale: string,
  taxPercent: number,
): Place {
  return { city, country, timeZone, utcOffset, currency, locale, taxPercent };
}
