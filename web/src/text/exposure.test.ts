import { expect, test } from 'vitest';
import { exposureWords } from './exposure';

test('two exposures that differ are never told as one number', () => {
  expect(exposureWords(1.2, 1.1, 9.09)).toContain('1.20 hours');
  expect(exposureWords(1.2, 1.1, 9.09)).toContain('below 1.10 (9.1 % above it)');
  expect(exposureWords(0.29, 0.23, 26.1)).toContain('below 0.230 (26.1 %');
  expect(exposureWords(1000.2, 999.4, 0.08)).toContain('1,000 hours');
  expect(exposureWords(436.2, 436, 0.046)).toContain('436 hours');
  expect(exposureWords(436.2, 436, 0.046)).toMatch(/below that$/);
});
