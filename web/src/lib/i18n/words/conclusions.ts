/** What is concluded about signatures: apart from the other words on them, because lists need these alone. */

export const conclusions = {
  valid: { vi: 'Chữ ký hợp lệ', en: 'Valid signature' },
  valid_with_later_changes: { vi: 'Hợp lệ, có thay đổi sau khi ký', en: 'Valid, changed after signing' },
  indeterminate: { vi: 'Chưa đủ căn cứ', en: 'Not enough evidence' },
  invalid: { vi: 'Chữ ký không hợp lệ', en: 'Invalid signature' },
} as const;
