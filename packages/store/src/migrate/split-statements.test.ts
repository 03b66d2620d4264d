import { expect, test } from 'vitest'
import { splitStatements } from './split-statements.ts'

test.each([
  ['select 1; select 2', ['select 1', 'select 2']],
  ['select 1;;\n ; -- the end\n', ['select 1']],
  ["select ';', \"a;b\", e'it\\';s', 'it''s;'; select 2", ["select ';', \"a;b\", e'it\\';s', 'it''s;'", 'select 2']],
  ['do $$ begin; end $$; select 2', ['do $$ begin; end $$', 'select 2']],
  ['do $a$ $$;$$ $a$; select $1; select 2', ['do $a$ $$;$$ $a$', 'select $1', 'select 2']],
  ['select 1 -- a; b\n; /* c; /* d; */ e; */ select 2', ['select 1 -- a; b', '/* c; /* d; */ e; */ select 2']],
  ['-- only\n/* comments; */', []],
  ["select 'never closed;", ["select 'never closed;"]],
  ['select $tag$ never; closed', ['select $tag$ never; closed']],
  ['/* never; closed', []],
  ['', []],
])('splits %j', (script, statements) => {
  expect(splitStatements(script)).toEqual(statements)
})
