/** What the room of a vault is used for (I). */
import { expect, pdf, test } from './support';

test('I1 shows the quota, the room by folder and by kind, and what frees some @smoke', async ({ hoa, page }) => {
  const folder = await hoa.defaultFolder('health');
  const card = await hoa.add(folder.id, 'Thẻ bảo hiểm.pdf', await pdf('The'));
  await hoa.patch(`/entries/${card.id}`, card.rev, { type_code: 'health-insurance-card' });
  const draft = await hoa.addPdf(hoa.root, 'Nháp.pdf');
  await hoa.post('/entries/trash', { ids: [draft.id] });

  await page.goto('/usage');
  await expect(page.getByText(/^Đã dùng .* trong 5,4 GB$/)).toBeVisible();
  const folders = page.getByRole('table', { name: 'Theo thư mục' });
  await expect(folders.getByRole('row', { name: 'Y tế – Bảo hiểm' })).toContainText(/1.*(B|KB)/);
  await expect(page.getByRole('table', { name: 'Theo loại giấy tờ' })).toContainText('Thẻ bảo hiểm y tế');
  await folders.getByRole('link', { name: 'Y tế – Bảo hiểm' }).click();
  await expect(page).toHaveURL(new RegExp(`/folders/${folder.id}$`));

  await page.goto('/usage');
  await page.getByRole('link', { name: 'Mở thùng rác' }).click();
  await expect(page).toHaveURL(/\/trash$/);
});
