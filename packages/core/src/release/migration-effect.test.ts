import { describe, expect, test } from 'vitest'
import { migrationEffect } from './migration-effect.ts'

describe('only adds', () => {
  test.each([
    '',
    '-- drop table sites;\n/* drop table /* nested */ sites; */ select 1',
    "comment on table sites is 'we never drop table sites; really'",
    'create table sites (id int primary key, parent int references sites on delete cascade)',
    'alter table publications add column release text',
    'alter table only public.sites add body text not null default $$drop column$$, add constraint_name text',
    'alter table sites add column id bigint generated always as identity not null',
    'alter table sites drop constraint sites_check',
    'alter table sites rename constraint a to b',
    'alter table sites alter column body drop not null',
    "alter table sites alter body set default 'x'",
    'alter table sites alter column title type text',
    'alter table sites alter column n set data type character varying',
    'alter table sites disable row level security',
    "alter type mood add value 'fine'",
    'alter index a rename to b',
    'drop index concurrently if exists sites_slug',
    'create index concurrently sites_slug on sites (slug)',
    'create table a (x int); create unique index on a (x); alter table a add constraint c check (x > 0); drop table a',
    'create temp table scratch (x int); delete from scratch; truncate scratch; drop table scratch',
    'alter table sites add column owner int; alter table sites add constraint f foreign key (owner) references people (id)',
    'alter table sites add column owner int; create unique index i on sites (owner)',
    'alter table sites add column scratch int; update sites set scratch = 1; alter table sites drop column scratch',
    'drop trigger if exists t on sites; create or replace trigger t before insert on sites execute function f()',
    'drop policy p on sites; create policy p on sites using (true)',
    'create function f() returns int language sql begin atomic delete from sites; select case when true then 1 end; end; select 2',
    'create function f() returns trigger language plpgsql as $body$ begin delete from sites; drop table sites; end $body$',
    "insert into notes values (E'it\\'s; drop table sites', U&'x', 1.5)",
    'update sites set title = slug',
    'do $$ begin perform 1; end $$',
    'with old as (select 1) select * from old',
    'merge into a using b on true when matched then update set x = 1',
  ])('%s', sql => expect(migrationEffect(sql)).toEqual({ effect: 'expand', takesAway: [] }))
})

describe('takes away', () => {
  test.each([
    ['alter table publications drop column release;', 'drops column publications.release'],
    ['ALTER TABLE IF EXISTS ONLY "Sites" DROP COLUMN IF EXISTS "Body" CASCADE', 'drops column Sites.Body'],
    ['alter table public.sites drop body', 'drops column sites.body'],
    ['drop table if exists sites cascade', 'drops table sites'],
    ['drop materialized view numbers', 'drops materialized view numbers'],
    ['drop function f(int, text)', 'drops function f'],
    ['drop trigger t on sites', 'drops trigger t'],
    ['alter table sites rename to pages', 'renames table sites to pages'],
    ['alter table sites rename column body to text', 'renames column sites.body'],
    ['alter table sites rename body to text', 'renames column sites.body'],
    ['alter table sites set schema old', 'moves table sites to another schema'],
    ['alter view v rename to w', 'renames view v'],
    ["alter type mood rename value 'ok' to 'fine'", 'renames a value of type mood'],
    ['alter type pair drop attribute a', 'changes an attribute of type pair'],
    ['alter sequence s set schema old', 'moves sequence s to another schema'],
    ['alter domain d add check (value > 0)', 'allows fewer values of domain d'],
    ['alter table sites alter column id type int', 'changes the type of sites.id'],
    ['alter table sites alter body type text using upper(body)', 'changes the type of sites.body'],
    ['alter table sites alter title set not null', 'forbids null in sites.title'],
    ['alter table sites alter title drop default', 'drops the default of sites.title'],
    ['alter table sites alter id drop identity', 'no longer fills sites.id'],
    ['alter table sites add column owner int not null', 'demands a value for the new column sites.owner'],
    ['alter table sites add constraint c check (length(slug) < 9)', 'allows fewer values in sites (new constraint)'],
    ['alter table sites add unique (slug)', 'allows fewer values in sites (new constraint)'],
    ['create unique index i on only sites (slug, name)', 'allows only unique values of sites (slug, name)'],
    ['alter table sites enable row level security', 'hides rows of sites (row level security)'],
    ['alter table sites detach partition sites_2025', 'detaches partition sites_2025 of sites'],
    ['truncate table only sites', 'empties table sites'],
    ['delete from sites where true', 'deletes rows of sites'],
    ['with old as (delete from sites returning *) insert into archive select * from old', 'deletes rows of sites'],
    ['merge into a using b on true when matched then delete', 'deletes rows by merge'],
    ['revoke select on sites from web', 'revokes select on sites from web'],
    ['do $$ begin if true then alter table sites drop column body; end if; end $$', 'drops column sites.body'],
    ["do $$ begin execute 'drop table sites'; end $$", 'drops table sites'],
  ])('%s', (sql, words) => expect(migrationEffect(sql)).toEqual({ effect: 'contract', takesAway: [words] }))

  test('names every thing, of every statement', () => {
    expect(migrationEffect('drop table a, b, public.c cascade; alter table d drop x, drop column y').takesAway).toEqual(
      ['drops table a', 'drops table b', 'drops table c', 'drops column d.x', 'drops column d.y'],
    )
  })
  test('dropping a table and making another of the same name loses what was in it', () => {
    expect(migrationEffect('drop table a; create table a (x int)').effect).toBe('contract')
  })
  test('what cannot be read to its end is still judged', () => {
    expect(migrationEffect("drop table a; select 'open").effect).toBe('contract')
    expect(migrationEffect('drop table a /* open').effect).toBe('contract')
    expect(migrationEffect('drop table a; do $x$ open').effect).toBe('contract')
    expect(migrationEffect('create unique index').effect).toBe('expand')
  })
})
