import { expect, test } from 'vitest'
import { intakePath } from './intake-path.ts'

test.each([
  ['/api/1/envelope/', '/api/1/envelope/'],
  ['/api/1/envelope?sentry_key=k', '/api/1/envelope/?sentry_key=k'],
  ['/errors/api/1/store/', '/api/1/store/'],
  ['/a/b/api/12/security?x=/api/', '/api/12/security/?x=/api/'],
])('%s is %s', (url, path) => expect(intakePath(url)).toBe(path))

test.each(['/api/v1/projects', '/api/1/envelope/more', '/api/one/envelope/', '/?next=/api/1/envelope/', '/'])(
  '%s stays as it is',
  url => expect(intakePath(url)).toBe(url),
)
