import type { Extension, Extensions } from '@electric-sql/pglite'
import type { MigrationScript } from '../migration-script.ts'
import { type SqlStatement, sqlStatements } from '../sql-tokens.ts'

/**
 * The extensions that scripts ask for, as far as PGlite has them; the others by name.
 *
 * @example await extensionsFor(['create extension if not exists "uuid-ossp"'])
 */
export async function extensionsFor(scripts: readonly string[]): Promise<{ found: Extensions; missing: string[] }> {
  const asked = new Set(scripts.flatMap(sql => sqlStatements(sql).flatMap(each => extensionMade(each) ?? [])))
  asked.delete('plpgsql')
  const found: Extensions = {}
  const missing: string[] = []
  for (const name of asked) {
    const extension = await load(name)
    if (extension) found[name.replaceAll('-', '_')] = extension
    else missing.push(name)
  }
  return { found, missing }
}

/** The script with blanks where it asks for an extension that is not to be had: what stands behind keeps its place. */
export function withoutExtensions(script: MigrationScript, missing: readonly string[]): MigrationScript {
  let { sql } = script
  for (const statement of sqlStatements(script.sql)) {
    const name = extensionMade(statement)
    if (name === null || !missing.includes(name)) continue
    const end = statement.at + statement.text.length
    sql = `${sql.slice(0, statement.at)}${statement.text.replace(/\S/g, ' ')}${sql.slice(end)}`
  }
  return { ...script, sql }
}

function extensionMade({ tokens }: Pick<SqlStatement, 'tokens'>): string | null {
  const [verb, kind, ...rest] = tokens.map(({ text }) => text)
  if (verb !== 'CREATE' || kind !== 'EXTENSION') return null
  const name = rest[0] === 'IF' ? rest[3] : rest[0]
  return name?.toLowerCase() ?? null
}

async function load(name: string): Promise<Extension | null> {
  const exported = name.replaceAll('-', '_')
  const place = name === 'vector' ? 'vector' : `contrib/${exported}`
  try {
    const specifier = `@electric-sql/pglite/${place}`
    const module: Record<string, unknown> = await import(specifier)
    return isExtension(module[exported]) ? module[exported] : null
  } catch {
    // PGlite ships no such module: its packages are the list.
    return null
  }
}

const isExtension = (value: unknown): value is Extension =>
  typeof value === 'object' && value !== null && 'setup' in value
