package io.busbar.hub;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/**
 * Values by the address or pattern that they belong to, found by an address. It is a tree of words:
 * looking costs by the words of the address and what matches their beginnings, not by how many
 * patterns there are. Any thread may look; one at a time changes it.
 *
 * @param <T> a value; equal ones of one pattern are one
 */
public final class AddressIndex<T> {
  private static final class Node<T> {
    private final boolean anyWords;
    private final Map<String, Node<T>> next = new ConcurrentHashMap<>(2);
    private final List<T> values = new CopyOnWriteArrayList<>();

    private Node(boolean anyWords) {
      this.anyWords = anyWords;
    }

    private boolean isEmpty() {
      return next.isEmpty() && values.isEmpty();
    }
  }

  private static final String ANY_WORD = "*";
  private static final String ANY_WORDS = "#";

  private final Node<T> root = new Node<>(false);

  public boolean isEmpty() {
    return root.isEmpty();
  }

  /** Adds a value for an address, or for all that match a pattern. */
  public void add(String pattern, T value) {
    Node<T> node = root;
    for (String word : patternWords(pattern)) {
      node = node.next.computeIfAbsent(word, name -> new Node<>(name.equals(ANY_WORDS)));
    }
    if (!node.values.contains(value)) {
      node.values.add(value);
    }
  }

  /** Takes it out again, with what is left empty. */
  public void remove(String pattern, T value) {
    remove(root, patternWords(pattern), 0, value);
  }

  private void remove(Node<T> node, List<String> words, int at, T value) {
    if (at == words.size()) {
      node.values.remove(value);
      return;
    }
    Node<T> next = node.next.get(words.get(at));
    if (next != null) {
      remove(next, words, at + 1, value);
      if (next.isEmpty()) {
        node.next.remove(words.get(at), next);
      }
    }
  }

  /** Hands over each value whose address it is, or whose pattern matches. */
  public void find(String address, Consumer<? super T> found) {
    ends(address).forEach(node -> node.values.forEach(found));
  }

  /** Whether it would find any. */
  public boolean has(String address) {
    return ends(address).stream().anyMatch(node -> !node.values.isEmpty());
  }

  private Set<Node<T>> ends(String address) {
    Set<Node<T>> here = new HashSet<>(4);
    enter(root, here);
    for (String word : words(address)) {
      Set<Node<T>> there = new HashSet<>(4);
      here.forEach(node -> step(node, word, there));
      if (there.isEmpty()) {
        return Set.of();
      }
      here = there;
    }
    return here;
  }

  private void step(Node<T> node, String word, Set<Node<T>> there) {
    if (node.anyWords) {
      enter(node, there);
    }
    Node<T> exact = node.next.get(word);
    if (exact != null && !isWild(word)) {
      enter(exact, there);
    }
    Node<T> any = word.isEmpty() || word.equals(ANY_WORDS) ? null : node.next.get(ANY_WORD);
    if (any != null) {
      enter(any, there);
    }
  }

  /** It is there, and where it goes on with {@code #} behind that, too: that may be no word. */
  private void enter(Node<T> node, Set<Node<T>> there) {
    if (there.add(node)) {
      Node<T> anyWords = node.next.get(ANY_WORDS);
      if (anyWords != null) {
        enter(anyWords, there);
      }
    }
  }

  private static boolean isWild(String word) {
    return word.equals(ANY_WORD) || word.equals(ANY_WORDS);
  }

  private static String[] words(String address) {
    return address.split("\\.", -1);
  }

  /** Those of a pattern; two {@code #} in a row say no more than one. */
  private static List<String> patternWords(String pattern) {
    List<String> words = new ArrayList<>();
    for (String word : words(pattern)) {
      boolean again = word.equals(ANY_WORDS) && !words.isEmpty();
      if (!again || !words.get(words.size() - 1).equals(ANY_WORDS)) {
        words.add(word);
      }
    }
    return words;
  }
}
