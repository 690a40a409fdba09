import { expect, test } from 'vitest';
import {
  isLoopback,
  readListeningSockets,
} from '../../../../src/rehearse/health/listening-sockets.ts';

const tables = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid
   0: 0B00007F:9C41 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0
   1: 00000000:1F40 00000000:0000 0A 00000000:00000000 00:00000000 00000000 10001
   2: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000 10001
   3: 020012AC:1F40 010012AC:D431 01 00000000:00000000 00:00000000 00000000 10001
  sl  local_address                         remote_address                        st
   0: 00000000000000000000000000000000:0050 00000000000000000000000000000000:0000 0A
   1: 00000000000000000000000001000000:0051 00000000000000000000000000000000:0000 0A
   2: 0000000000000000FFFF00000100007F:0052 00000000000000000000000000000000:0000 0A
`;

test('reads what listens, without connections and without the resolver of Docker', () => {
  expect(readListeningSockets(tables)).toEqual([
    { address: '0.0.0.0', port: 8000 },
    { address: '127.0.0.1', port: 8080 },
    { address: '::', port: 80 },
    { address: '::1', port: 81 },
    { address: '127.0.0.1', port: 82 },
  ]);
});

test('knows loopback addresses', () => {
  expect(readListeningSockets(tables).filter(isLoopback)).toHaveLength(3);
});
