// Moves rows by graphile-worker: a job each, as it wants it, with as many at
// once as its handbook advises. Prints rows a second; enqueueing is not
// measured.
const { run, makeWorkerUtils } = require('graphile-worker');
const { Pool } = require('pg');

const bench = JSON.parse(process.env.BENCH);
const place = { host: bench.host, database: bench.database, user: 'postgres' };

async function main() {
	const pool = new Pool({ ...place, max: 12 });
	const utils = await makeWorkerUtils({ pgPool: pool });

	await utils.migrate();
	await pool.query(
		"SELECT count(graphile_worker.add_job('paid', "
		+ "json_build_object('n', order_no))) FROM item");
	await pool.query('CHECKPOINT');
	let left = bench.orders;
	let done;
	const finished = new Promise((resolve) => { done = resolve; });
	const started = process.hrtime.bigint();
	const runner = await run({
		pgPool: pool, concurrency: 24, noHandleSignals: true,
		pollInterval: 100,
		logger: new (require('graphile-worker').Logger)(() => () => {}),
		taskList: {
			paid: async (payload, helpers) => {
				await helpers.query({ name: 'work',
					text: bench.work, values: [[payload.n]] });
				if (--left === 0)
					done();
			},
		},
	});
	await finished;
	const seconds = Number(process.hrtime.bigint() - started) / 1e9;
	console.log(bench.orders / seconds);
	await runner.stop();
	process.exit(0);
}
main().catch((error) => { console.error(error); process.exit(1); });
