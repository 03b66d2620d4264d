/**
 * A file of one day. Measured with 64 characters and five fields a line: 190 bytes a line. The index
 * keeps neither text nor places of words: phrases are looked up by their words and then read. Its words are cut by `indexText`;
 * this tokenizer parts them at spaces.
 */
export const schema = `
  create table if not exists labels (id integer primary key, service text not null, environment text not null,
    release text not null, level integer not null, unique (service, environment, release, level));
  create table if not exists keys (id integer primary key, name text not null unique);
  create table if not exists shapes (id integer primary key, names text not null unique);
  create table if not exists lines (id integer primary key, label integer not null, late integer not null,
    shift integer not null, trace text, message text not null, fields text);
  create virtual table if not exists words using fts5(text, content='', detail=none, columnsize=0,
    tokenize="ascii tokenchars '=_'");
  create table if not exists counts (step integer not null, slot integer not null, label integer not null,
    lines integer not null, primary key (step, slot, label)) without rowid;
  create table if not exists meta (name text primary key, value text not null) without rowid;
`

/** What lines are counted by while they are written, in milliseconds: fine for a short range, coarse for a long one. */
export const countSteps = [5_000, 300_000] as const

/** Said at each opening, by whoever writes. */
export const writing = `
  pragma journal_mode = wal;
  pragma synchronous = normal;
  pragma wal_autocheckpoint = 2000;
`
/** Said once, when the file is made. */
export const making = 'pragma page_size = 8192;'
export const merging = `
  insert into words(words, rank) values ('automerge', 8);
  insert into words(words, rank) values ('crisismerge', 32);
`
