/** What is compared, in the order in which it is shown, with the most points it can cost. */
export const parityAreas = {
  image: 10,
  packages: 20,
  files: 10,
  settings: 15,
  environment: 10,
  command: 5,
  python: 5,
  user: 5,
  services: 10,
  database: 10,
} as const;

export type ParityArea = keyof typeof parityAreas;

export const areaNames = Object.keys(parityAreas) as readonly ParityArea[];
