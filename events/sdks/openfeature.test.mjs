import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { after, before, describe, test } from 'node:test'
import { admins, publishable, secret, serve } from '../../web/console/browser/server.mjs'

const root = resolve(import.meta.dirname, '../..')
const packages = join(root, '.tools/sdks')
const require = createRequire(join(packages, 'package.json'))
const { ErrorCode, OpenFeature, StandardResolutionReasons: Reason } = require('@openfeature/server-sdk')
const { OFREPProvider } = require('@openfeature/ofrep-provider')
const { OFREPApi } = require('@openfeature/ofrep-core')

const visitor = 'olga'
const context = { targetingKey: visitor, channel: 'web', locale: 'en', shoe_size: 38 }

let server, client
before(async () => {
  server = await serve()
  const at = new Date(Date.now() - 60_000).toISOString()
  await server.call('POST', '/v1/touchpoints', {
    touchpoints: ['compare', 'review_read'].map((type) => ({ id: type, visitor, type, channel: 'web', at, category: 'sofas' })),
  })
  client = await asking('server', { headers: [['Authorization', `Bearer ${secret}`]] })
})
after(async () => {
  await OpenFeature.close()
  await server?.stop()
})

/** An OpenFeature client whose provider sends these headers. */
async function asking(domain, options) {
  await OpenFeature.setProviderAndWait(domain, new OFREPProvider({ baseUrl: server.url, ...options }))
  return OpenFeature.getClient(domain)
}

/** What the same question is answered by POST /v1/decisions, feedback tokens aside. */
async function decided(placements = [], more = {}) {
  const decision = await server.call('POST', '/v1/decisions', { visitor, placements, context: { channel: 'web', locale: 'en' }, ...more })
  for (const { items } of Object.values(decision.placements)) for (const item of items) delete item.token
  return decision
}

function withoutTokens({ token, more, ...item }) {
  return more ? { ...item, more: more.map(withoutTokens) } : item
}

test('the phase is a text', async () => {
  const { phase, snapshot } = await decided()
  assert.equal(phase.name, 'consideration')
  const details = await client.getStringDetails('journey-phase', 'unknown', context)
  assert.equal(details.value, phase.name)
  assert.equal(details.variant, phase.name)
  assert.equal(details.reason, Reason.TARGETING_MATCH)
  assert.equal(details.errorCode, undefined)
  const { decisionId, phaseConfidence, ...rest } = details.flagMetadata
  assert.match(decisionId, /^d_/)
  assert.ok(Math.abs(phaseConfidence - phase.confidence) < 0.001, `${phaseConfidence} beside ${phase.confidence}`)
  assert.deepEqual(rest, { snapshot, phase: phase.name, standing: phase.standing })
})

test('somebody of whom nothing is known stands in the first phase', async () => {
  const details = await client.getStringDetails('journey-phase', 'unknown', { targetingKey: 'nobody-yet' })
  assert.equal(details.value, 'awareness')
  assert.equal(details.reason, Reason.DEFAULT)
})

test('a placement is an object', async () => {
  const { placements } = await decided(['product-aside'])
  const { items: [item], rule, fallback } = placements['product-aside']
  assert.equal(fallback, false)
  const details = await client.getObjectDetails('slot:product-aside', {}, context)
  assert.deepEqual(withoutTokens(details.value), item)
  assert.equal(details.variant, item.id)
  assert.equal(details.reason, Reason.TARGETING_MATCH)
  assert.equal(details.flagMetadata.rule, rule)
})

test('a rule that chooses by weight splits', async () => {
  const first = await client.getObjectDetails('slot:home-hero', {}, context)
  assert.equal(first.reason, Reason.SPLIT)
  assert.equal((await client.getObjectDetails('slot:home-hero', {}, context)).variant, first.variant, 'the same for a visitor')
})

test('a placement of several items has the others under more', async () => {
  const { placements } = await decided(['home-offers'])
  const { items: [first, ...more] } = placements['home-offers']
  assert.ok(more.length > 0, 'one item only')
  assert.deepEqual(withoutTokens(await client.getObjectValue('slot:home-offers', {}, context)), { ...first, more })
})

test('a fallback says so', async () => {
  const { placements } = await decided(['cart-help'])
  assert.equal(placements['cart-help'].reason, 'no_rule')
  const details = await client.getObjectDetails('slot:cart-help', {}, context)
  assert.equal(details.variant, placements['cart-help'].items[0].id)
  assert.equal(details.reason, Reason.DEFAULT)
  assert.equal(details.flagMetadata.fallback, 'no_rule')
})

test('an item comes with the token by which feedback names it', async () => {
  const { token } = await client.getObjectValue('slot:product-aside', {}, context)
  assert.deepEqual(await server.call('POST', '/v1/feedback', { token, type: 'click' }), { duplicate: false })
  assert.deepEqual(await server.call('POST', '/v1/feedback', { token, type: 'click' }), { duplicate: true })
})

test('the context is that of a decision', async () => {
  const german = await decided(['home-hero'], { context: { channel: 'web', locale: 'de' } })
  const shown = await client.getObjectValue('slot:home-hero', {}, { ...context, locale: 'de' })
  assert.deepEqual(shown.content, german.placements['home-hero'].items[0].content)
  assert.notDeepEqual(shown.content, (await client.getObjectValue('slot:home-hero', {}, context)).content)
})

describe('the default of the code holds where', () => {
  const unknown = 'the default'
  const ask = async (key, asked, of = client) => {
    const details = await of.getStringDetails(key, unknown, asked)
    assert.equal(details.value, unknown)
    assert.equal(details.reason, Reason.ERROR)
    return details.errorCode
  }
  test('there is no such flag', async () => assert.equal(await ask('discount', context), ErrorCode.FLAG_NOT_FOUND))
  test('there is no such placement', async () => assert.equal(await ask('slot:nowhere', context), ErrorCode.FLAG_NOT_FOUND))
  test('nobody is named', async () => assert.equal(await ask('journey-phase', {}), ErrorCode.TARGETING_KEY_MISSING))
  test('the context is wrong', async () => assert.equal(await ask('journey-phase', { ...context, channel: 7 }), ErrorCode.INVALID_CONTEXT))
  test('the flag is of another type', async () => assert.equal(await ask('slot:home-hero', context), ErrorCode.TYPE_MISMATCH))
  test('the key is wrong', async () => {
    assert.equal(await ask('journey-phase', context, await asking('stranger', { headers: { Authorization: 'Bearer sk_of_nobody' } })), ErrorCode.GENERAL)
  })
  // This provider takes an answer without a value for a fault; the contract does not.
  test('the visitor refuses', async () => assert.equal(await ask('journey-phase', { ...context, consent: 'none' }), ErrorCode.GENERAL))
})

test('a page asks with the publishable key, for the visitor of its token', async () => {
  const { visitor: minted, token } = await server.call('POST', '/v1/visitors', {}, publishable)
  const page = await asking('page', { headersFactory: () => [['X-API-Key', publishable], ['X-Visitor-Token', token]] })
  const consent = ['personalization']
  assert.equal(await page.getStringValue('journey-phase', 'unknown', { consent }), 'awareness')
  assert.equal(await page.getStringValue('journey-phase', 'unknown', { targetingKey: minted, consent }), 'awareness')
  const other = await page.getStringDetails('journey-phase', 'unknown', { targetingKey: visitor, consent })
  assert.equal(other.value, 'unknown')
  assert.equal(other.errorCode, ErrorCode.GENERAL)
})

test('all flags come at once, and not again while they are the same', async () => {
  const api = new OFREPApi(server.url)
  const ask = (tag) => api.postBulkEvaluateFlags({ context }, { headers: { Authorization: `Bearer ${secret}`, ...tag } })
  const first = await ask()
  assert.equal(first.httpStatus, 200)
  const keys = first.value.flags.map(({ key }) => key)
  assert.equal(keys[0], 'journey-phase')
  const rows = await server.call('GET', '/v1/config/placements', undefined, admins.anna)
  assert.deepEqual(keys.slice(1), rows.rows.map(({ row }) => `slot:${row.id}`).sort())

  const known = { 'If-None-Match': first.httpResponse.headers.get('ETag') }
  assert.equal((await ask(known)).httpStatus, 304)
  await server.call('POST', '/v1/touchpoints', {
    touchpoints: [{ id: 'cart', visitor, type: 'cart_add', channel: 'web', at: new Date().toISOString(), item: 'sofa-3' }],
  })
  const then = await ask(known)
  assert.equal(then.httpStatus, 200)
  assert.equal(then.value.flags[0].value, 'decision')
})

test('the example of docs/integrators.md works as it stands', () => {
  const [, example] = /```js\n(.*?)```/s.exec(readFileSync(join(root, 'docs/integrators.md'), 'utf8'))
  const file = join(packages, 'example.mjs') // beside the packages that it imports
  writeFileSync(file, example)
  const { status, stdout, stderr } = spawnSync(process.execPath, [file], {
    env: { ...process.env, HOST: server.url, WEGWEISER_SECRET_KEY: secret }, encoding: 'utf8',
  })
  assert.equal(status, 0, stderr)
  assert.match(stdout, /^awareness .+ \S+ (TARGETING_MATCH|SPLIT|DEFAULT)\n$/)
})
