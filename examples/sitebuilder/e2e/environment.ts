/** Where the environment under test is. `gantry urls --environment staging` prints these lines. */
export const urls = {
  marketing: url('MARKETING_URL', 'http://127.0.0.1:5174'),
  builder: url('BUILDER_URL', 'http://127.0.0.1:5173'),
  backend: url('BACKEND_URL', 'http://127.0.0.1:4000'),
  runtime: url('RUNTIME_URL', 'http://127.0.0.1:4001'),
}

function url(name: string, fallback: string): string {
  return (process.env[name] || fallback).replace(/\/+$/, '')
}

/** A name no other run uses: environments live longer than tests. */
export const uniqueName = (what: string): string =>
  `${what} ${Date.now().toString(36)}${Math.floor(Math.random() * 1e6).toString(36)}`
