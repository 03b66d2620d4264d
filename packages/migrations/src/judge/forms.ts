/** Expand-then-contract forms of statements, as SQL with what happens between. */

export const removeLater = (what: string): string =>
  `Ship code that uses ${what} no more. Remove it in a later release, when none uses it that you might go back to.`

export const renameColumn = (table: string, from: string, to: string): string =>
  `alter table ${table} add column ${to} …;  -- now, with code that writes both
update ${table} set ${to} = ${from} where ${to} is null;
alter table ${table} drop column ${from};  -- in a later release`

export const renameTable = (from: string, to: string): string =>
  `alter table ${from} rename to ${to};
create view ${from} with (security_invoker) as select * from ${to};  -- in the same migration
drop view ${from};  -- in a later release`

export const otherType = (table: string, column: string): string =>
  `alter table ${table} add column ${column}_new …;  -- now, with code that writes both
update ${table} set ${column}_new = ${column} where ${column}_new is null;
alter table ${table} drop column ${column};  -- in a later release`

export const notNullLater = (table: string, column: string): string =>
  `Ship code that always writes ${column}, and fill it. In a later release:
alter table ${table} add constraint ${column}_there check (${column} is not null) not valid;
alter table ${table} validate constraint ${column}_there;
alter table ${table} alter column ${column} set not null;`

export const requiredColumn = (table: string, column: string): string =>
  `alter table ${table} add column ${column} …;  -- now: without "not null", or with a default
${notNullLater(table, column)}`

export const constraintLater = (table: string): string =>
  `Ship code that writes only what it allows, and mend the rows. In a later release:
alter table ${table} add constraint … not valid;
alter table ${table} validate constraint …;`

export const uniqueLater = (table: string): string =>
  `Ship code that writes no value twice, and mend the rows. In a later release:
create unique index concurrently … on ${table} (…);`

export const fillNewColumn = `Write into a column that this migration adds, or only where the column is null, and let the code
read it: then what the release that serves wrote stays as it is.`

export const besides = (what: string): string =>
  `Make another one beside it under a new name, let the code use that, and remove ${what} in a later release.`
