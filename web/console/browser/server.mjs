import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'

const program = resolve(import.meta.dirname, '../../../bin/wegweiser')

/** The two marketers of the tests, by name. */
export const admins = { anna: 'ak_anna_of_the_browser_tests', ben: 'ak_ben_of_the_browser_tests' }
/** The keys of servers and of web pages. */
export const secret = 'sk_of_the_browser_tests'
export const publishable = 'pk_of_the_browser_tests'

/**
 * Serves the demo shop from a folder of its own on a free port.
 * `call` asks the API as a server would, `run` is the program's command line
 * against this server, `stop` ends it and removes the folder.
 */
export async function serve() {
  const data = mkdtempSync(join(tmpdir(), 'wegweiser-browser-'))
  const env = {
    ...process.env,
    WEGWEISER_SECRET_KEY: secret,
    WEGWEISER_PUBLISHABLE_KEY: publishable,
    WEGWEISER_DEADLINE: '30s', // a busy machine is slow; a test waits
    WEGWEISER_ADMIN_KEY: Object.entries(admins).map(([name, key]) => `${name}:${key}`).join(','),
  }
  const server = spawn(program, ['serve', '--demo', '--quiet', '--data', data, '--listen', '127.0.0.1:0'], {
    env, stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  server.stderr.on('data', (text) => { said += text })
  const ended = new Promise((done) => server.once('exit', done))
  const url = await new Promise((found, failed) => {
    createInterface({ input: server.stdout }).on('line', (line) => {
      const address = /serves on (http:\S+?),/.exec(line)
      if (address) found(address[1])
    })
    ended.then((code) => failed(new Error(`the server ended with ${code} before it served: ${said}`)))
  })
  return {
    url,
    async call(method, path, body, key = secret) {
      const answer = await fetch(url + path, {
        method, headers: { Authorization: `Bearer ${key}` }, body: body === undefined ? undefined : JSON.stringify(body),
      })
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${await answer.text()}`)
      return answer.json()
    },
    run(...command) {
      const { status, stdout, stderr } = spawnSync(program, [...command, '--data', data], { env, encoding: 'utf8' })
      if (status !== 0) throw new Error(`wegweiser ${command.join(' ')}: exit ${status}: ${stderr}`)
      return stdout
    },
    async stop() {
      server.kill('SIGTERM')
      await ended
      rmSync(data, { recursive: true, force: true })
    },
  }
}
