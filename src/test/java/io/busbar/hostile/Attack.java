package io.busbar.hostile;

import java.io.IOException;
import java.util.Arrays;

/**
 * Attacks that must not hurt other clients. Each attack runs in waves, and a wave ends when it has
 * its answers.
 */
enum Attack {
  /** Sends the headers that only the gateway may set. Subscribers to a pattern would see them. */
  FORGED_HEADERS(1, 1, 50) {
    @Override
    void wave(Attacker by) throws IOException {
      RawSocket socket = by.stomp();
      for (int i = 0; i < 100; i++) {
        socket.send(
            "SEND\ndestination:/topic/"
                + FORGED
                + "\nreceipt:r\nbusbar-address:"
                + LegitimateMessageClient.TALK
                + "\nBUSBAR_ADDRESS:"
                + LegitimateMessageClient.TALK
                + "\nuser:admin\nroles:admin\nsession:forged\n\nforged\0");
        by.received(socket.until(0));
      }
    }
  },

  /** Tries a hundred passwords at a time. */
  WRONG_LOGINS(2, 20, 1) {
    @Override
    void wave(Attacker by) throws IOException {
      RawSocket[] clients = new RawSocket[100];
      for (int i = 0; i < clients.length; i++) {
        String user = i % 3 == 0 ? "demo" : "user" + i;
        clients[i] = i % 2 == 0 ? by.http() : by.tcp();
        clients[i].send(
            i % 2 == 0
                ? LoginRequests.poll(by.word(), LoginRequests.basic(user, "wrong"))
                : LoginRequests.connect(user, "wrong"));
      }
      // The gateway checks the newest login first.
      for (int i = clients.length - 1; i >= 0; i--) {
        by.received(i % 2 == 0 ? clients[i].head() : clients[i].until(0));
      }
    }
  },

  /** Logs in with tokens that have a right signature and odd claims. */
  ODD_TOKENS(2, 50_000, 10) {
    @Override
    void wave(Attacker by) throws IOException {
      String token = by.invalid().token(InvalidInputGateway.SECRET);
      RawSocket http = by.http();
      http.send(LoginRequests.poll(by.word(), "Bearer " + token));
      by.received(http.head());
      RawSocket stomp = by.tcp();
      stomp.send(LoginRequests.connect("", token));
      by.received(stomp.until(0));
    }
  },

  /** Begins a message in every possible way, and never completes it. */
  HALF_SENDING(2, 3, 100) {
    @Override
    void wave(Attacker by) throws IOException {
      for (IncompleteMessages kind : IncompleteMessages.values()) {
        RawSocket socket = by.open(kind);
        byte[] message = kind.message(socket, 256 << 10);
        socket.sendUntilCut(Arrays.copyOf(message, message.length - kind.missing()), 1);
      }
    }
  },

  /** Subscribes to new patterns and leaves them. At the end it wants more than the limit. */
  PATTERNS(4, 1, 1) {
    private static final int HELD = 90;

    @Override
    void wave(Attacker by) throws IOException {
      RawSocket socket = by.stomp();
      String word = by.word();
      for (int i = 0; i < HELD; i++) {
        socket.send(subscribe(word, i));
      }
      for (int i = 0; i < 2_000; i++) {
        by.received(socket.until(0));
        socket.send("UNSUBSCRIBE\nid:" + i + "\n\n\0" + subscribe(word, HELD + i));
      }
      for (int i = 0; i < HELD; i++) {
        by.received(socket.until(0));
      }
      String answer = "";
      for (int i = 10_000; !answer.startsWith("ERROR"); i++) {
        socket.send(subscribe(word, i));
        answer = socket.until(0);
        by.received(answer);
      }
    }

    private static String subscribe(String word, int i) {
      return "SUBSCRIBE\nid:%1$d\ndestination:/topic/public.*.%2$sx%1$d.#\nreceipt:r\n\n\0"
          .formatted(i, word);
    }
  };

  static final String FORGED = "public.forged.said";

  private final int attackers;
  private final int addresses;
  private final long pauseMillis;

  Attack(int attackers, int addresses, long pauseMillis) {
    this.attackers = attackers;
    this.addresses = addresses;
    this.pauseMillis = pauseMillis;
  }

  /** The number of attackers at the same time. */
  int attackers() {
    return attackers;
  }

  /** The number of IP addresses of each attacker. */
  int addresses() {
    return addresses;
  }

  /**
   * The pause between two waves, in milliseconds. It leaves a part of the machine to other
   * processes.
   */
  long pauseMillis() {
    return pauseMillis;
  }

  abstract void wave(Attacker by) throws IOException;
}
