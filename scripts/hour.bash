# shellcheck shell=bash
# For a newcomer's hour (recard-operations(7)): a place to practise, and the
# payment service, the card line and the post, which are played with openssl
# and a shell. To be read by bash, in an empty folder:
#
#	. /usr/share/doc/recard/hour.bash
#
# practise                      makes keys, recard.conf and made-up applications
# play_payment ORDER=AMOUNT ... tells of payments, in a settlement file
# play_line [OUTCOME ...]       opens the batches that are out, and answers: for
#                               each card in turn MADE (the default) or SPOILED
# play_post                     gives a number to each letter on posting lists
# play_event ORDER CODE         tells of a letter: I1 delivered, I7 came back
# play_mail ORDER               shows the last mail about an order, as its reader
#                               sees it

# The texts of mail, as they were installed with this file, or its source.
hour_texts=$(cd "$(dirname "${BASH_SOURCE[0]}")" &&
	cd ../../recard/mail 2>/dev/null || cd ../etc/mail && pwd)

# A self-signed certificate keys/NAME.crt; options are openssl req's.
hour_pair() {
	local name=$1
	shift
	openssl req -x509 -newkey rsa:2048 -nodes -days 365 -subj "/CN=$name" \
		"$@" -keyout "keys/$name.key" -out "keys/$name.crt" 2>/dev/null
}

practise() {
	local key ends

	if [ -e recard.conf ]; then
		echo "practise: there is a recard.conf here: use an empty folder" >&2
		return 1
	fi
	umask 077
	mkdir -p keys settlement labels post mail line/out line/in played
	for key in holder address commitment form; do
		openssl rand -hex 32 >"keys/$key.key"
	done
	hour_pair our
	hour_pair line
	hour_pair localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1
	hour_pair operators
	hour_pair me -CA keys/operators.crt -CAkey keys/operators.key
	openssl pkcs12 -export -in keys/me.crt -inkey keys/me.key \
		-passout pass:hour -out me.p12
	cat >recard.conf <<-'END'
		state_dir = "state";
		payment: { inbox = "settlement"; };
		purge: { commitment_key = "keys/commitment.key"; };
		manufacture: {
			address_key = "keys/address.key";
			signers = ({
				certificate = "keys/our.crt"; key = "keys/our.key";
			});
			lines = ({
				name = "main"; line_certificate = "keys/line.crt";
				outbox = "line/out"; inbox = "line/in";
			});
		};
		label: { outbox = "labels"; };
		tracking: { inbox = "post"; };
		console: {
			listen = "127.0.0.1:8444";
			metrics_listen = "127.0.0.1:9464";
			certificate = "keys/localhost.crt";
			key = "keys/localhost.key";
			operators_ca = "keys/operators.crt";
			form_key = "keys/form.key";
		};
		recardctl: { holder_key = "keys/holder.key"; };
	END
	cat >>recard.conf <<-END
		notify: {
			outbox = "mail"; bounces = "bounces"; templates = "$hour_texts";
			from = "no-reply@card.example.tw";
			site = "https://card.example.tw/"; contact = "0800-080-117";
		};
	END
	ends=$(date -d '+30 days' +%F)
	# One object a line.
	hour_lines >cards.jsonl <<-END
		{"card_no": "TP00000000000001", "holder_id": "A123456789",
		"name": "王小明", "not_after": "$ends",
		"rank": "primary", "status": "valid"}
		{"card_no": "TP00000000000002", "holder_id": "B223456782",
		"name": "林美玲", "not_after": "$ends",
		"rank": "primary", "status": "valid"}
	END
	hour_lines >applications.jsonl <<-'END'
		{"request_id": "hour-1", "product": "moica",
		"card_no": "TP00000000000001", "holder_id": "A123456789",
		"name": "王小明", "postal_code": "100006",
		"address": "臺北市中正區重慶南路1段122號",
		"phone": "02-23113731", "email": "ming@example.tw",
		"user_code": "abc-1234"}
		{"request_id": "hour-2", "product": "moica",
		"card_no": "TP00000000000002", "holder_id": "B223456782",
		"name": "林美玲", "postal_code": "880009",
		"address": "澎湖縣馬公市治平路32號",
		"phone": "06-9274400", "email": "ling@example.tw",
		"user_code": "xyz-9876"}
	END
	export RECARD_CONF=$PWD/recard.conf TZ=Asia/Taipei
	echo "practise: recard.conf, keys, cards.jsonl and applications.jsonl" \
		"are in $PWD"
}

hour_lines() {
	tr -d '\n' | sed 's/}/}\n/g'
}

hour_now() {
	date +%FT%T%:z
}

# The next number of a kind, from 1.
hour_next() {
	local number

	number=$(cat "played/last-$1" 2>/dev/null || echo 0)
	echo $((number + 1)) | tee "played/last-$1"
}

play_payment() {
	local sequence one sum=0 file

	sequence=$(hour_next settlement)
	file=settlement/atm-$sequence.csv
	{
		echo "H,RECARD-SETTLEMENT,1,atm,$(date +%F),$sequence,$(hour_now)"
		for one in "$@"; do
			echo "D,A-$(hour_next payment),${one%=*},${one#*=},TWD,$(
				hour_now),paid"
			sum=$((sum + ${one#*=}))
		done
		echo "T,$#,$sum"
	} >"$file"
	cat "$file"
}

# Content on stdin; signed as the line, NAME is what the line sends.
hour_sign() {
	openssl cms -sign -binary -nodetach -outform DER -signer keys/line.crt \
		-inkey keys/line.key -out "line/in/$1.p7m"
}

play_line() {
	local batch file kind job attempt card outcome

	for file in line/out/*.p7m; do
		[ -e "$file" ] || {
			echo "play_line: no batch is out" >&2
			return 1
		}
		batch=$(basename "$file" .p7m)
		openssl cms -decrypt -inform DER -in "$file" \
			-recip keys/line.crt -inkey keys/line.key |
			openssl cms -verify -inform DER -CAfile keys/our.crt \
				-purpose any -out "played/$batch.csv" 2>/dev/null ||
			return 1
		cat "played/$batch.csv"
		rm "$file"
		echo "A,$batch,ACCEPTED," | hour_sign "$batch.ack"
		while IFS=, read -r kind _ job attempt _; do
			[ "$kind" = D ] || continue
			outcome=${1:-MADE}
			[ $# -eq 0 ] || shift
			case $outcome in
			MADE)
				card=$(hour_next card)
				printf 'R,%s,%s,MADE,TP1%013d,5A%04d,%s,%s,\n' \
					"$job" "$attempt" "$card" "$card" \
					"$(date -d '+5 years' +%F)" "$(hour_now)"
				;;
			*)
				echo "R,$job,$attempt,$outcome,,,,$(hour_now),CHIP"
				;;
			esac
		done <"played/$batch.csv" >"played/$batch.result.csv"
		cat "played/$batch.result.csv"
		hour_sign "$batch.1.result" <"played/$batch.result.csv"
	done
}

play_post() {
	local list line number
	# Posting lists are in Big5: bytes, not letters of the user's locale.
	local LC_ALL=C

	for list in labels/PL-*.csv; do
		[ -e "$list" ] || {
			echo "play_post: no posting list is out" >&2
			return 1
		}
		{
			read -r line
			echo "$line"
			while read -r line; do
				number=$(printf '%06d10000018' "$(hour_next letter)")
				echo "$number$line"
				# The order number stands in the last column.
				echo "${line##*,} $number" | tr -d '\r' >>played/letters
			done
		} <"$list" >"post/${list##*/}"
		rm "$list"
		tail -n 1 played/letters
	done
}

play_event() {
	local letter today

	letter=$(sed -n "s/^$1 //p" played/letters | tail -n 1)
	[ -n "$letter" ] || {
		echo "play_event: the post has no letter of order $1" >&2
		return 1
	}
	today=$(date +%Y%m%d)
	printf '%6s%s%12s%-20s%-2s%155s%s\n' '' "$today" '' "$letter" "$2" '' \
		"$today$(date +%H%M%S)" >"post/event-$(hour_next event).txt"
}

play_mail() {
	local file text

	# The last one has the highest number.
	while read -r file; do
		# The first part is for those who read plain text.
		text=$(sed -n '/^Content-Transfer-Encoding: base64/,/^--/p' "$file" |
			sed '1,2d;/^--/,$d' | openssl base64 -d | tr -d '\r')
		case $text in
		*"$1"*)
			printf '%s\n' "$text"
			return
			;;
		esac
	done < <(printf '%s\n' mail/*.eml | sort -t/ -k2 -rn)
	echo "play_mail: there is no mail about order $1" >&2
	return 1
}
