import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { secret, serve } from '../../web/console/browser/server.mjs'

const root = resolve(import.meta.dirname, '../..')
const require = createRequire(join(root, '.tools/sdks/package.json'))
const { Liquid } = require('liquidjs')
const Handlebars = require('handlebars')

const templates = Object.fromEntries(
  [...readFileSync(join(root, 'docs/email.md'), 'utf8').matchAll(/^```(?:liquid|handlebars|text) (\w+)\n([^]*?)^```/gm)].map(([, name, text]) => [name, text]),
)
const fallback = '<h2>Free delivery this week</h2>'

let server, offer
before(async () => {
  server = await serve()
  offer = await server.call('GET', '/v1/email/offer?visitor=olga&message=autumn-3&placements=mail-offer')
})
after(() => server?.stop())

/** Liquid with Braze's tag and variables, which fetches as Braze does: what fails is nothing. */
function braze(host, key) {
  const engine = new Liquid()
  engine.registerTag('connected_content', {
    parse(tag) {
      const [, url, name] = tag.args.match(/^(.+?) :save (\w+)/)
      Object.assign(this, { url, name })
    },
    *render(context) {
      const url = this.url.replace('{{${user_id}}}', 'olga').replace('HOST', host).replace('KEY', key)
      const saved = yield fetch(url).then((answer) => (answer.ok ? answer.json() : undefined), () => undefined)
      context.bottom()[this.name] = saved
    },
  })
  return engine
}

describe('templates of docs/email.md', () => {
  test('there is one for each system', () => {
    assert.deepEqual(Object.keys(templates).sort(), ['braze', 'customerio', 'iterable', 'klaviyo', 'mailchimp', 'sendgrid', 'ses'])
  })

  test('Braze', async () => {
    const wanted = `<h2>${offer['mail-offer'].title}</h2>`
    assert.equal((await braze(server.url, secret).parseAndRender(templates.braze)).trim(), wanted)
    assert.equal((await braze(server.url, 'sk_wrong').parseAndRender(templates.braze)).trim(), fallback)
    assert.equal((await braze('http://127.0.0.1:1', secret).parseAndRender(templates.braze)).trim(), fallback)
  })

  test('Customer.io', async () => {
    const engine = new Liquid()
    assert.equal((await engine.parseAndRender(templates.customerio, { customer: { offer } })).trim(), `<h2>${offer['mail-offer'].title}</h2>`)
    assert.equal((await engine.parseAndRender(templates.customerio, { customer: {} })).trim(), fallback)
  })

  for (const system of ['iterable', 'sendgrid', 'ses']) {
    test(system, async () => {
      let data = offer
      if (system !== 'iterable') {
        const { calls } = await server.call('POST', `/v1/decisions/batch?shape=${system}`, {
          recipients: [{ visitor: 'olga', message: 'autumn-3', email: 'olga@shop.example' }], placements: ['mail-offer'],
        })
        data = system === 'ses'
          ? JSON.parse(calls[0].BulkEmailEntries[0].ReplacementEmailContent.ReplacementTemplate.ReplacementTemplateData)
          : calls[0].personalizations[0].dynamic_template_data
      }
      const render = Handlebars.compile(templates[system])
      assert.equal(render(data).trim(), `<h2>${Handlebars.escapeExpression(offer['mail-offer'].title)}</h2>`)
      assert.equal(render({}).trim(), fallback)
    })
  }

  test('what Mailchimp and Klaviyo name is there, and has a fallback', () => {
    assert.ok(readFileSync(join(root, 'docs/email.md'), 'utf8').includes('`mail-offer.title` as the merge field `OFFER`'))
    assert.equal(offer['mail-offer.title'], offer['mail-offer'].title)
    for (const name of ['mailchimp', 'klaviyo']) assert.match(templates[name], /Free delivery this week/)
    assert.match(templates.klaviyo, /"mail-offer\.title"/)
  })
})
