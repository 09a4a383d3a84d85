// Moves rows by pg-boss: jobs are fetched and completed in sets, the work of a
// set is one statement. Prints rows a second; enqueueing is not measured.
const PgBoss = require('pg-boss');
const { Pool } = require('pg');

const bench = JSON.parse(process.env.BENCH);
const place = { host: bench.host, database: bench.database, user: 'postgres' };
const SET = 1000;

async function main() {
	const pool = new Pool({ ...place, max: 4 });
	const boss = new PgBoss({ ...place, supervise: false, schedule: false });

	boss.on('error', (error) => { throw error; });
	await boss.start();
	await boss.createQueue('paid');
	for (let first = 1; first <= bench.orders; first += 5000) {
		const jobs = [];
		for (let n = first; n < first + 5000 && n <= bench.orders; n++)
			jobs.push({ name: 'paid', data: { n: 26010100000000 + n } });
		await boss.insert(jobs);
	}
	await pool.query('CHECKPOINT');
	const started = process.hrtime.bigint();
	const worker = async () => {
		for (;;) {
			const jobs = await boss.fetch('paid', { batchSize: SET });
			if (!jobs || jobs.length === 0)
				return;
			await pool.query({ name: 'work', text: bench.work,
				values: [jobs.map((job) => job.data.n)] });
			await boss.complete('paid', jobs.map((job) => job.id));
		}
	};
	await Promise.all([worker(), worker()]);
	const seconds = Number(process.hrtime.bigint() - started) / 1e9;
	console.log(bench.orders / seconds);
	await boss.stop({ graceful: false });
	await pool.end();
	process.exit(0);
}
main().catch((error) => { console.error(error); process.exit(1); });
