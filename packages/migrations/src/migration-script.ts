/** `<version>_<name>.sql`, as the Supabase CLI names them. */
export interface MigrationScript {
  version: string
  name: string
  sql: string
}
