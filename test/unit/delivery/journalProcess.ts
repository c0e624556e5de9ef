/** Writes deliveries to a journal until it is killed; prints a line when the first fifty are on the disk. */
import { DeliveryJournal } from '../../../src/delivery/log/deliveryJournal';
import { DeliveryLog } from '../../../src/delivery/log/deliveryLog';
import { keptDelivery } from './keptDeliveries';

const [folder = ''] = process.argv.slice(2);
const log = new DeliveryLog();
const journal = new DeliveryJournal(folder, log);
let count = 0;

function more(): void {
  for (let each = 0; each < 50; each += 1) {
    count += 1;
    const id = `n${count}`;
    log.put(keptDelivery({ id, at: count, body: JSON.stringify({ id, text: 'x'.repeat(9_000) }) }));
  }
  journal.flush();
  if (count === 50) process.stdout.write('begun\n');
  // Ends by itself, should nobody kill it.
  if (count < 100_000) setImmediate(more);
}

more();
