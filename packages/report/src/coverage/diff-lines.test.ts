import { describe, expect, it } from 'vitest'
import { addedLines } from './diff-lines.ts'

const diff = String.raw`diff --git a/src/a.ts b/src/a.ts
index 1..2 100644
--- a/src/a.ts
+++ b/src/a.ts
@@ -3 +3,2 @@ export function a() {
-old
+new
++++ b/looks/like/a/header.ts
@@ -10,2 +11,0 @@
-gone
--- a/also/gone.ts
@@ -20,0 +20 @@
+added
diff --git a/gone.ts b/gone.ts
--- a/gone.ts
+++ /dev/null
@@ -1,2 +0,0 @@
-x
-y
diff --git "a/caf\303\251 \"x\".ts" "b/caf\303\251 \"x\".ts"
--- /dev/null
+++ "b/caf\303\251 \"x\".ts"
@@ -0,0 +1,2 @@
+one
+two
\ No newline at end of file
diff --git a/with blank.ts b/with blank.ts
--- a/with blank.ts	
+++ b/with blank.ts	
@@ -1,3 +1,4 @@
 same
+more
 same
 same
`

describe('lines of a diff', () => {
  it('are those that were added, by file as it is now', () => {
    expect([...addedLines(diff)]).toEqual([
      ['src/a.ts', [3, 4, 20]],
      ['café "x".ts', [1, 2]],
      ['with blank.ts', [2]],
    ])
  })

  it('of nothing are none', () => {
    expect(addedLines('').size).toBe(0)
    expect(addedLines('Binary files a/x and b/x differ\n').size).toBe(0)
  })
})
