// Lets the card sign the log-in. The signing component on this machine gets
// the PIN; the field is emptied before anything else happens, has no name, and
// goes nowhere else. What is said stands in the page, in its language.
"use strict";
(function () {
	const form = document.getElementById("login");
	const said = document.getElementById("said");
	const go = document.getElementById("go");
	const pin = document.getElementById("pin");
	const id = document.getElementById("holder_id");
	// Longer than a card takes, and shorter than a challenge lasts.
	const patience = 60000, fresh = 60000;
	let made = Date.now(), nonce = form.dataset.nonce;

	function say(name, detail) {
		const words = document.querySelector(
			"#sayings [data-say=" + name + "]");
		const box = words.cloneNode(true);
		const quiet = name === "working" || name === "sending";

		box.className = quiet ? "note" : "note bad";
		if (detail)
			box.append(detail);
		said.replaceChildren(box);
		if (!quiet)
			said.focus();
	}

	// Numbers of the component, and of PKCS #11 behind it.
	function reason(answer) {
		const code = Number(answer.ret_code) >>> 0;
		const last = Number(answer.last_error) >>> 0;

		switch (last) {
		case 0xA4:
			return "locked_pin";
		case 0x80000001:
			return "last_pin";
		case 0xA0: case 0xA2: case 0x80000002:
			return "wrong_pin";
		case 0xE0:
			return "no_card";
		}
		switch (code) {
		case 0x76000006: case 0x76000007:
			return "no_card";
		case 0x76100003: case 0x76100004:
			return "no_reader";
		case 0x76100006:
			return "wrong_pin";
		case 0x76000998:
			return "no_pin";
		case 0x76000999: case 0xE0000012:
			return "cancelled";
		case 0x7600000F: case 0x76000031:
			return "not_allowed";
		case 0x7600000D:
			return "too_slow";
		}
		return "failed";
	}

	async function post(url, body, headers, mode) {
		const stop = new AbortController();
		const timer = setTimeout(() => stop.abort(), patience);

		try {
			const answer = await fetch(url, {
				method: "POST", body, headers, mode,
				credentials: mode === "cors" ? "omit"
					: "same-origin",
				cache: "no-store", redirect: "error",
				signal: stop.signal});
			return answer.ok ? await answer.json() : null;
		} finally {
			clearTimeout(timer);
		}
	}

	// Somebody may have taken his time over the form.
	async function renew() {
		if (Date.now() - made < fresh)
			return true;
		try {
			const got = await post("/api/login/challenge", "{}", {
				"Content-Type": "application/json",
				"X-Recard-Token": form.token.value},
				"same-origin");

			form.challenge.value = got.challenge;
			nonce = got.nonce;
			made = Date.now();
			return true;
		} catch (error) {
			return false;
		}
	}

	async function sign(secret) {
		let answer;

		if (!await renew())
			return say("no_challenge");
		try {
			answer = await post(form.dataset.component + "/sign",
				JSON.stringify({
					func: "MakeSignature",
					signatureType: "PKCS7",
					tbs: form.challenge.value,
					tbsEncoding: "NONE",
					hashAlgorithm: "SHA256",
					nonce, pin: secret, withCardSN: "true",
				}), {}, "cors");
		} catch (error) {
			return say(error.name === "AbortError" ? "too_slow"
				: "no_component");
		}
		if (!answer)
			return say("no_component");
		if (answer.ret_code !== 0 || !answer.signature) {
			const name = reason(answer);

			return say(name, name === "failed" ? "0x"
				+ (Number(answer.ret_code) >>> 0).toString(16)
				: "");
		}
		form.signature.value = answer.signature;
		say("sending");
		form.submit();
		return undefined;
	}

	form.addEventListener("submit", async (event) => {
		const secret = pin.value;

		event.preventDefault();
		pin.value = "";
		id.value = id.value.trim().toUpperCase();
		if (!/^[A-Z][A-D1289][0-9]{8}$/.test(id.value))
			return say("bad_id");
		if (!secret)
			return say("no_pin");
		go.disabled = true;
		say("working");
		await sign(secret);
		go.disabled = false;
		return undefined;
	});
	// A page that comes back by the Back button is as good as new.
	window.addEventListener("pageshow", () => {
		pin.value = "";
		form.signature.value = "";
		go.disabled = false;
	});
	form.noValidate = true;
	document.getElementById("refused")?.focus();
}());
