/** `<version>_<name>.sql`, as the Supabase CLI names them. */
export interface MigrationScript {
  version: string
  name: string
  sql: string
}

export const labelOf = ({ version, name }: Pick<MigrationScript, 'version' | 'name'>): string =>
  `${version}_${name}.sql`
