import { createHash } from 'node:crypto'

interface Named {
  project: string
  environment: string
  service: string
}

/**
 * Names that are alike when they are joined (`a` in `b-c`, `a-b` in `c`), or cut to the length Postgres takes, are told apart
 * by what they end in.
 */
export function databaseName({ project, environment, service }: Named): string {
  const read = [project, environment, service]
    .join('_')
    .replaceAll(/[^a-z0-9_]/g, '_')
    .slice(0, 54)
  return `${read}_${endOf({ project, environment, service })}`
}

/** The longest label of a host name: vendors make addresses of names. */
const longestLabel = 63

/** Name at a vendor of what is made for one environment. The environment is always read in it, however long the others are. */
export function vendorName({ project, environment, service }: Named): string {
  const end = `-${environment}-${endOf({ project, environment, service })}`
  return `${`${project}-${service}`.slice(0, longestLabel - end.length)}${end}`
}

const endOf = ({ project, environment, service }: Named): string =>
  createHash('sha256')
    .update(JSON.stringify([project, environment, service]))
    .digest('hex')
    .slice(0, 8)
