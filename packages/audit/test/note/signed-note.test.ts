import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { createSigner, openNote, parseCheckpoint, parseVerifierKey } from '../../src/index.ts'
import { signCheckpoint } from '../../src/note/checkpoint.ts'
import { emptyTree } from '../../src/tree/tree-frontier.ts'
import { signerOf } from '../support/log-keys.ts'

/** From the documentation of golang.org/x/mod/sumdb/note. */
const go = {
  key: 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW',
  text: "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n",
  signature:
    '\u2014 PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n'
}

describe('a signed note', () => {
  test('of another implementation is opened', () => {
    const note = `${go.text}\n${go.signature}`
    expect(openNote(note, [parseVerifierKey(go.key)])).toBe(go.text)
    expect(openNote(note.replace('answer', 'Answer'), [parseVerifierKey(go.key)])).toBeUndefined()
  })

  test('is opened with its key only, and only unchanged', () => {
    const signer = signerOf('log.test')
    const key = parseVerifierKey(signer.verifierKey)
    const other = parseVerifierKey(signerOf('other.test').verifierKey)
    const note = signer.sign('a\nb\n')
    expect(openNote(note, [other, key])).toBe('a\nb\n')
    expect(openNote(note, [other])).toBeUndefined()
    expect(openNote(note, [])).toBeUndefined()
    for (let at = 0; at < note.length; at++) {
      const changed = `${note.slice(0, at)}${note[at] === 'x' ? 'y' : 'x'}${note.slice(at + 1)}`
      expect(openNote(changed, [key])).toBeUndefined()
    }
  })

  test('may carry signatures of others, such as witnesses', () => {
    const signer = signerOf('log.test')
    const witness = signerOf('witness.test')
    const cosigned = signer.sign('a\n') + witness.sign('a\n').split('\n').slice(2).join('\n')
    for (const { verifierKey } of [signer, witness]) {
      expect(openNote(cosigned, [parseVerifierKey(verifierKey)])).toBe('a\n')
    }
  })

  test.each([
    'nonsense',
    go.key.replace('c74f20a3', 'c74f20a4'),
    go.key.replace('+ARpc', '+AhpcAA'),
    go.key.replace('PeterNeumann', 'Peter Neumann')
  ])('has no key like `%s`', (key) => {
    expect(() => parseVerifierKey(key)).toThrow(TypeError)
  })

  test('is signed with Ed25519 and in a proper name', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(() => createSigner('log', privateKey)).toThrow(TypeError)
    expect(() => signerOf('a log')).toThrow(TypeError)
    expect(() => signerOf('log.test').sign('no line end')).toThrow(TypeError)
  })
})

describe('a checkpoint', () => {
  test('has the form of C2SP tlog-checkpoint', () => {
    const last = 'ab'.repeat(32)
    const head = { size: 1, hash: last, tree: emptyTree.append(last) }
    const { note, root, size, hash } = signCheckpoint(head, signerOf('log.test'))
    expect(hash).toBe(last)
    const [origin, count, encoded, empty, signature] = note.split('\n')
    expect([origin, count, empty]).toEqual(['log.test', '1', ''])
    expect(encoded).toBe(Buffer.from(root, 'hex').toString('base64'))
    expect(signature).toMatch(/^\u2014 log\.test [A-Za-z0-9+/]+=*$/)
    expect(parseCheckpoint(note)).toEqual({ origin: 'log.test', size, root })
  })

  test.each([
    '',
    'log\n',
    'log\n01\nAAAA\n',
    'log\n1\nAAAA\n',
    '\n1\n\n',
    'log\n99999999999999999\nA\n'
  ])('is not %j', (text) => {
    expect(parseCheckpoint(text)).toBeUndefined()
  })
})
