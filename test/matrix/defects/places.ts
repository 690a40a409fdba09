import type { Edit } from '../defect.ts';

/** Settings of the examples shop and bookings. */
export const base = 'config/settings/base.py';
export const production = 'config/settings/production.py';

/** Settings of the kiosk. */
export const kiosk = 'kiosk/settings.py';

/** The kiosk with another LOGGING. */
export function replaceLogging(logging: string): Edit {
  return {
    file: kiosk,
    from: 'SECURE_PROXY_SSL_HEADER',
    to: `${logging}\nSECURE_PROXY_SSL_HEADER`,
  };
}
