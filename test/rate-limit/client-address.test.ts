import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createReadAddress, type TrustProxy } from '../../src/rate-limit/client-address.ts';

const PEER = '10.0.0.1';

function read(
  trust: TrustProxy,
  forwarded: string | null | undefined,
  peer: string | undefined = PEER,
): string {
  return createReadAddress({ trust })({ peer, forwarded });
}

describe('the address of a client without a trusted proxy', () => {
  it.each([
    ['nothing forwarded', undefined],
    ['null', null],
    ['an empty header', ''],
    ['a header', '203.0.113.7'],
    ['several', '203.0.113.7, 198.51.100.9'],
    ['the peer itself', PEER],
    ['garbage', 'unknown, , ]['],
  ])('is that of the peer: %s', (_what, forwarded) => {
    expect(read(0, forwarded)).toBe(PEER);
    expect(read([], forwarded)).toBe(PEER);
    expect(read(['192.168.0.0/16'], forwarded)).toBe(PEER);
  });

  it('is unknown where the peer has no address', () => {
    for (const trust of [0, 1, ['0.0.0.0/0']]) {
      expect(createReadAddress({ trust })({ peer: undefined, forwarded: '203.0.113.7' })).toBe('unknown');
      expect(read(trust, undefined, 'no address')).toBe('unknown');
    }
  });
});

describe('the address of a client behind trusted proxies', () => {
  it.each<[string, TrustProxy, string, string]>([
    ['one', 1, '203.0.113.7', '203.0.113.7'],
    ['one, and an entry of the client', 1, '1.1.1.1, 203.0.113.7', '203.0.113.7'],
    ['one, and several entries of the client', 1, '1.1.1.1, 2.2.2.2,3.3.3.3 ,203.0.113.7', '203.0.113.7'],
    ['two', 2, '203.0.113.7, 10.0.0.2', '203.0.113.7'],
    ['two, and an entry of the client', 2, '1.1.1.1, 203.0.113.7, 10.0.0.2', '203.0.113.7'],
    ['two, one of them bypassed', 2, '203.0.113.7', '203.0.113.7'],
    ['a peer outside the network', ['172.16.0.0/12'], '203.0.113.7', PEER],
    ['one in the network', ['10.0.0.0/8'], '203.0.113.7', '203.0.113.7'],
    ['one in the network, and an entry of the client', ['10.0.0.0/8'], '1.1.1.1, 203.0.113.7', '203.0.113.7'],
    ['two in the network', ['10.0.0.0/8'], '1.1.1.1, 203.0.113.7, 10.9.9.9', '203.0.113.7'],
    ['two in two networks', ['10.0.0.0/8', '192.168.0.0/16'], '203.0.113.7, 192.168.1.1', '203.0.113.7'],
    ['a client in the network', ['10.0.0.0/8'], '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    [
      'an entry of the client with an address in the network',
      ['10.0.0.0/8'],
      '10.0.0.9, 203.0.113.7',
      '203.0.113.7',
    ],
    ['one, by IPv6', 1, '2001:db8:1:2:3:4:5:6', '20010db800010002/64'],
    ['one, IPv4 written as IPv6', 1, '::ffff:203.0.113.7', '203.0.113.7'],
    ['one, IPv4 written as IPv6 in hexadecimal', 1, '::ffff:cb00:7107', '203.0.113.7'],
    ['one, with a port', 1, '203.0.113.7:50001', '203.0.113.7'],
    ['one, with an obfuscated port', 1, '203.0.113.7:_hidden', '203.0.113.7'],
    ['one, in quotes', 1, '"203.0.113.7:50001"', '203.0.113.7'],
    ['one, by IPv6 in brackets', 1, '[2001:db8:1:2::9]', '20010db800010002/64'],
    ['one, by IPv6 in brackets with a port', 1, '[2001:db8:1:2::9]:443', '20010db800010002/64'],
    ['one, by IPv6 in brackets and quotes', 1, '"[2001:db8:1:2::9]:443"', '20010db800010002/64'],
    ['one, by IPv6 with a zone', 1, 'fe80::9%eth0', 'fe80000000000000/64'],
    ['one, by IPv6 with a zone, in brackets', 1, '[fe80::9%25eth0]:443', 'fe80000000000000/64'],
    ['one, IPv4 written as IPv6 in brackets', 1, '[::ffff:203.0.113.7]:443', '203.0.113.7'],
    ['two in the network, with ports', ['10.0.0.0/8'], '203.0.113.7:1, 10.9.9.9:65535', '203.0.113.7'],
    [
      'two in the network of IPv6',
      ['10.0.0.0/8', '2001:db8::/32'],
      '203.0.113.7, [2001:db8::1]:9',
      '203.0.113.7',
    ],
  ])('is the last entry that is not a proxy: %s', (_what, trust, forwarded, address) => {
    expect(read(trust, forwarded)).toBe(address);
  });

  it.each([
    ['a word', 'unknown'],
    ['a name', 'proxy.example'],
    ['an obfuscated one', '_hidden'],
    ['an obfuscated one with a port', '_hidden:80'],
    ['a port', '50001'],
    ['an octal number', '0313.0.113.7'],
    ['a hexadecimal number', '0xcb007107'],
    ['too long a port', '203.0.113.7:500011'],
    ['an empty port', '203.0.113.7:'],
    ['a path', '203.0.113.7:80/x'],
    ['IPv4 in brackets', '[203.0.113.7]'],
    ['an open bracket', '[2001:db8::1'],
    ['a closed bracket', '2001:db8::1]:443'],
    ['an open quote', '"203.0.113.7'],
    ['a parameter of Forwarded', 'for=203.0.113.7'],
    ['too many parts', '203.0.113.7.9'],
    ['too large a part', '203.0.113.256'],
    ['nothing', ' '],
    ['a network', '203.0.113.0/24'],
  ])('is that of the proxy whose entry is not an address: %s', (_what, entry) => {
    expect(read(1, entry)).toBe(PEER);
    expect(read(1, `1.1.1.1, ${entry}`)).toBe(PEER);
    expect(read(2, `1.1.1.1, ${entry}, 10.0.0.2`)).toBe('10.0.0.2');
    expect(read(['10.0.0.0/8'], `1.1.1.1, ${entry}`)).toBe(PEER);
  });

  it('is found behind proxies that connect by IPv6', () => {
    const proxy = '2001:db8:ffff::1';
    expect(read(1, '203.0.113.7', proxy)).toBe('203.0.113.7');
    expect(read(['2001:db8:ffff::/48'], '203.0.113.7', proxy)).toBe('203.0.113.7');
    expect(read(['2001:db8:fffe::/48'], '203.0.113.7', proxy)).toBe('20010db8ffff0000/64');
    expect(read(['10.0.0.0/8'], '203.0.113.7', '::ffff:10.0.0.1')).toBe('203.0.113.7');
    expect(read(['0.0.0.0/0'], '203.0.113.7', proxy)).toBe('20010db8ffff0000/64');
  });
});

describe('the key of a client', () => {
  it.each<[string, readonly string[]]>([
    ['an address of IPv4', ['203.0.113.7', '::ffff:203.0.113.7', '::FFFF:203.0.113.7', '::ffff:cb00:7107']],
    [
      'a /64 of IPv6',
      ['2001:db8:1:2::', '2001:db8:1:2::1', '2001:DB8:1:2:FFFF:ffff:ffff:ffff', '2001:0db8:0001:0002::9'],
    ],
    ['a loopback of IPv6', ['::1', '0:0:0:0:0:0:0:1', '::2']],
    ['a link', ['fe80::1', 'fe80::2%eth0', 'fe80::2%eth1']],
  ])('is the same for %s in any notation', (_what, addresses) => {
    expect(new Set(addresses.map((address) => read(0, undefined, address))).size).toBe(1);
  });

  it.each([
    ['203.0.113.7', '203.0.113.8'],
    ['2001:db8:1:2::1', '2001:db8:1:3::1'],
    ['2001:db8:1:2::1', '2001:db9:1:2::1'],
    ['::1', '127.0.0.1'],
    ['203.0.113.7', 'unknown'],
  ])('differs between %s and %s', (one, other) => {
    expect(read(0, undefined, one)).not.toBe(read(0, undefined, other));
  });
});

describe('any X-Forwarded-For', () => {
  const entry = fc.oneof(
    fc.ipV4(),
    fc.ipV6(),
    fc.string(),
    fc.constantFrom('unknown', '', ' ', '10.0.0.2', '10.0.0.2:9', '[::1]:9', '"[::1]"', '_x:_y', '[', '"'),
  );
  const header = fc.array(entry, { maxLength: 8 }).map((entries) => entries.join(','));
  const address = /^(\d{1,3}(\.\d{1,3}){3}|[\da-f]{16}\/64|unknown)$/;

  it('yields the address of the client, which its own entries do not change', () => {
    fc.assert(
      fc.property(header, fc.ipV4(), fc.nat({ max: 3 }), (spoofed, client, hops) => {
        const proxies = Array.from({ length: hops }, (_, index) => `10.0.0.${index + 2}`);
        const honest = [client, ...proxies].join(', ');
        const found = read(hops + 1, honest);
        expect(found).toMatch(address);
        expect(found).toBe(read(0, undefined, client));
        expect(read(hops + 1, [`${client}:50001`, ...proxies].join(', '))).toBe(found);
        expect(read(hops + 1, `${spoofed}, ${honest}`)).toBe(found);
      }),
    );
  });

  it('yields an address for any trusted proxies', () => {
    const trust = fc.oneof(
      fc.nat({ max: 5 }),
      fc.constantFrom(['10.0.0.0/8'], ['::/0'], ['0.0.0.0/0', '::/0']),
    );
    fc.assert(
      fc.property(trust, header, (one, forwarded) => {
        expect(read(one, forwarded)).toMatch(address);
      }),
    );
  });
});

describe('the warning of an untrusted proxy', () => {
  const listener = (trust: TrustProxy) => {
    const warned: string[] = [];
    const readAddress = createReadAddress({ trust, onUntrusted: (peer) => warned.push(peer) });
    return { warned, readAddress };
  };

  it('is given once, for the first header of an untrusted peer', () => {
    for (const trust of [0, ['192.168.0.0/16']]) {
      const { warned, readAddress } = listener(trust);
      readAddress({ peer: PEER, forwarded: undefined });
      readAddress({ peer: PEER, forwarded: '' });
      expect(warned).toEqual([]);
      for (const peer of [PEER, '10.0.0.2', PEER]) readAddress({ peer, forwarded: '203.0.113.7' });
      expect(warned).toEqual([PEER]);
    }
  });

  it('is not given for trusted proxies', () => {
    for (const trust of [1, 2, ['10.0.0.0/8']]) {
      const { warned, readAddress } = listener(trust);
      for (const forwarded of ['203.0.113.7', '1.1.1.1, 203.0.113.7', 'unknown', null]) {
        readAddress({ peer: PEER, forwarded });
      }
      expect(warned).toEqual([]);
    }
  });
});

describe('the warning of an unreadable entry', () => {
  it('is given once, with the proxy that sent it', () => {
    const warned: string[] = [];
    const readAddress = createReadAddress({ trust: 2, onUnreadable: (proxy) => warned.push(proxy) });
    for (const forwarded of ['203.0.113.7', '203.0.113.7:1, [2001:db8::1]:2', null, '']) {
      readAddress({ peer: PEER, forwarded });
    }
    // Written by the client, and left of what the proxies wrote.
    readAddress({ peer: PEER, forwarded: 'garbage, 203.0.113.7, 10.0.0.2' });
    expect(warned).toEqual([]);
    readAddress({ peer: PEER, forwarded: '_client, 10.0.0.2' });
    readAddress({ peer: PEER, forwarded: 'unknown' });
    expect(warned).toEqual(['10.0.0.2']);
  });

  it('is not given for a peer that is not trusted', () => {
    const warned: string[] = [];
    const readAddress = createReadAddress({ trust: 0, onUnreadable: (proxy) => warned.push(proxy) });
    readAddress({ peer: PEER, forwarded: 'unknown' });
    expect(warned).toEqual([]);
  });
});

describe('an invalid network', () => {
  it.each(['10.0.0.0', '10.0.0.0/33', 'private', '/8', ''])('is refused: %j', (network) => {
    expect(() => createReadAddress({ trust: [network] })).toThrow();
  });
});

describe('addresses that were read before', () => {
  setFlagsFromString('--expose-gc');
  const collect: () => void = runInNewContext('gc');
  const heap = () => {
    collect();
    return process.memoryUsage().heapUsed;
  };
  /** An address that is too long to be copied by V8 when it is cut out of its header. */
  const addressOf = (index: number) => `2001:db8:aaaa:${index.toString(16)}:aaaa:bbbb:cccc:dddd`;

  it('are read the same again, by whichever peer and header they come', () => {
    const readAddress = createReadAddress({ trust: ['10.0.0.0/8'] });
    for (let round = 0; round < 2; round += 1) {
      expect(readAddress({ peer: PEER, forwarded: undefined })).toBe(PEER);
      expect(readAddress({ peer: PEER, forwarded: '203.0.113.7' })).toBe('203.0.113.7');
      expect(readAddress({ peer: '203.0.113.7', forwarded: '198.51.100.9' })).toBe('203.0.113.7');
      expect(readAddress({ peer: PEER, forwarded: `198.51.100.9, ${PEER}` })).toBe('198.51.100.9');
    }
  });

  it('keep nothing of the headers in which they came', () => {
    const readAddress = createReadAddress({ trust: 1 });
    const before = heap();
    for (let index = 0; index < 1_000; index += 1) {
      const forwarded = Buffer.from(`${'x'.repeat(12_000)}${index}, ${addressOf(index)}`).toString();
      expect(readAddress({ peer: PEER, forwarded })).toMatch(/^20010db8aaaa/);
    }
    expect(heap() - before).toBeLessThan(3_000_000);
    expect(readAddress({ peer: PEER, forwarded: addressOf(999) })).toBe('20010db8aaaa03e7/64');
  });

  it('are forgotten beyond a thousand', () => {
    const readAddress = createReadAddress({ trust: 1 });
    const before = heap();
    for (let index = 0; index < 20_000; index += 1)
      readAddress({ peer: PEER, forwarded: `2001:db8:${index.toString(16)}::` });
    expect(heap() - before).toBeLessThan(1_500_000);
    expect(readAddress({ peer: PEER, forwarded: '203.0.113.7' })).toBe('203.0.113.7');
  });
});
